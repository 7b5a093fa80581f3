using System.Net;
using System.Text.Json;
using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Policy;
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

        await ShowWitnesses(platform, checks);
        var (code, report, verdict) = await AuditProgram.ReadVerification();
        AnsiConsole.MarkupLine($"  ./sov audit verify: {Markup.Escape(report)}");
        checks.Add("the whole log verifies", code == 0, verdict);
    }

    // What a thief of the log's key could do: sign another history. The witnesses hold the true one.
    private static async Task ShowWitnesses(Platform platform, Checks checks)
    {
        using var anyone = platform.CreateClient();
        var policy = TlogPolicy.Parse(await anyone.GetByteArrayAsync("/audit/log/policy"));
        var note = SignedNote.Parse(await anyone.GetByteArrayAsync("/audit/log/checkpoint"))!;
        var verdict = policy.Judge(note);
        var jurisdictions = verdict.Cosigned.Select(cosigned => policy.Groups.First(group => group.Members.Contains(cosigned.Witness.Name)).Name).ToList();
        AnsiConsole.MarkupLine($"  checkpoint over {verdict.Checkpoint!.Size:N0} entries, cosigned by the witnesses of {string.Join(", ", jurisdictions)}");
        checks.Add("a quorum of the jurisdictions cosigned the log", verdict.IsSatisfied, verdict.Problem ?? $"{jurisdictions.Count} of 3");

        using var stolen = new NoteSigner(verdict.Checkpoint.Origin, PrivateKeyFile.Open(Path.Combine(Platform.StateFolder, "audit-signing.seed")));
        using var client = new HttpClient();
        var refusals = new List<int?>();
        foreach (var witness in policy.Witnesses)
        {
            refusals.Add(await ForkOffer.Submit(client, witness, stolen, verdict.Checkpoint with { Root = MerkleHash.Leaf("another history"u8) }, default));
        }

        var told = string.Join(", ", refusals);
        AnsiConsole.MarkupLine($"  another history, signed with the log's own key: refused with {told}");
        checks.Add("every witness refuses a fork, though the log's own key signed it", refusals.TrueForAll(status => status == 422), told);
    }
}
