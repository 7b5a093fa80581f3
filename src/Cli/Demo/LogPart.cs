using System.Net;
using System.Text.Json;
using Spectre.Console;

namespace Sovereignty.Cli.Demo;

/// <summary>The write-once log: who sees what of it, and that all of it verifies.</summary>
internal static class LogPart
{
    public static async Task Show(Platform platform, IReadOnlyList<ExpectedData> data, Checks checks)
    {
        AnsiConsole.MarkupLine("[bold]8[/] Every event is in the write-once log:");
        using var officer = await platform.SignIn("compliance-officer");
        using var globex = await platform.SignIn("compliance-globex");
        var sample = data[0].Data;
        var entries = await Wait.For(
            async () => await (await officer.GetAsync($"/access/audit?dataId={sample.DataId}&limit=10")).Read<JsonElement>(),
            found => found.GetProperty("items").GetArrayLength() >= 2);

        foreach (var entry in entries.GetProperty("items").EnumerateArray().Take(4))
        {
            AnsiConsole.MarkupLine($"  {entry.GetProperty("index").GetInt64(),6}  {Markup.Escape(DemoText.Text(entry, "type")!),-40} leaf {DemoText.Text(entry, "leafHash")![..16]}");
        }

        var foreign = await globex.GetAsync($"/access/audit?dataId={sample.DataId}");
        var seen = foreign.StatusCode == HttpStatusCode.OK ? (await foreign.Read<JsonElement>()).GetProperty("items").GetArrayLength() : 0;
        checks.Add("the log shows the events of one's own tenant only", entries.GetProperty("items").GetArrayLength() >= 2 && seen == 0, $"{entries.GetProperty("items").GetArrayLength()} entries for acme, {seen} for globex");

        using var operators = platform.CreateClient();
        var checkpoint = await operators.GetStringAsync("/audit/log/checkpoint");
        AnsiConsole.MarkupLine($"  checkpoint signed at {checkpoint.Split('\n')[1]} entries");
        var (code, report, verdict) = await AuditVerifier.Run();
        AnsiConsole.MarkupLine($"  ./sov audit verify: {Markup.Escape(report)}");
        checks.Add("the whole log verifies", code == 0, verdict);
    }
}
