using System.CommandLine;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Spectre.Console;

namespace Sovereignty.Cli.Demo;

/// <summary>The main job, played by a client in a process of its own: policies, data, decisions, proof.</summary>
internal static class DemoCommand
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);

    public static Command Create()
    {
        var count = new Option<int>("--count") { Description = "How many DataCreated to publish", DefaultValueFactory = _ => 1200 };
        var seed = new Option<int>("--seed") { Description = "Seed of the mix of data", DefaultValueFactory = _ => 1 };
        var keep = new Option<bool>("--keep") { Description = "Leave the platform running" };
        var command = new Command("demo", "Plays the main job against the running platform") { count, seed, keep };
        command.SetAction((arguments, _) => Run(arguments.GetValue(count), arguments.GetValue(seed), arguments.GetValue(keep)));
        return command;
    }

    private static async Task<int> Run(int count, int seed, bool keep)
    {
        var platform = Platform.Load();
        var run = $"demo-{Guid.NewGuid().ToString("N")[..8]}";
        var checks = new List<(string What, bool Right, string Detail)>();
        AnsiConsole.MarkupLine($"[bold]Sovereignty[/] at [link]{platform.Gateway}[/]");
        AnsiConsole.WriteLine();

        using var admin = await platform.SignIn("policy-admin");
        await Regions(admin);
        await Policies(admin);

        var ledger = new DecisionLedger();
        using var host = await Bus.Start(platform.Amqp["platform-service"], "demo-client", bus => bus.ReceiveEndpoint($"platform.{run}", endpoint =>
        {
            endpoint.AutoDelete = true;
            endpoint.PrefetchCount = 500;
            endpoint.Instance(ledger);
        }));
        var data = Scenario.Generate(run, count, seed).ToList();
        await PublishAndWait(host.Services.GetRequiredService<IBus>(), data, ledger);
        Compare(data, ledger, checks);

        await Duplicates(host.Services.GetRequiredService<IBus>(), data, ledger, checks);
        await Explain(platform, data[2].Data);
        await host.StopAsync();

        await Audited(platform, data, checks);
        return Summary(checks, platform, keep);
    }

    private static async Task Regions(HttpClient client)
    {
        var regions = await (await client.GetAsync("/regions?limit=500")).Read<JsonElement>();
        var items = regions.GetProperty("items").EnumerateArray().ToList();
        AnsiConsole.MarkupLine($"[bold]1[/] {items.Count} regions in {items.Select(region => region.GetProperty("country").GetString()).Distinct().Count()} countries are registered.");
    }

    private static async Task Policies(HttpClient client)
    {
        var existing = await (await client.GetAsync("/residency/policies?limit=500")).Read<JsonElement>();
        var table = new Table().RoundedBorder().AddColumns("tenant", "data type", "mode", "version");
        foreach (var wanted in Scenario.Policies)
        {
            var found = existing.GetProperty("items").EnumerateArray().FirstOrDefault(policy =>
                Text(policy, "tenantId") == wanted.Tenant && Text(policy, "dataType") == wanted.DataType && Text(policy, "retiredAt") is null);
            if (found.ValueKind == JsonValueKind.Undefined)
            {
                found = await (await client.PostAsJsonAsync("/residency/policies", wanted.ToBody(), ContractJson.Options)).Read<JsonElement>();
            }

            table.AddRow(wanted.Tenant, wanted.DataType ?? "all others", Text(found, "mode")!, $"{found.GetProperty("version").GetInt32()}");
        }

        AnsiConsole.MarkupLine("[bold]2[/] Residency policies, beside the platform's default:");
        AnsiConsole.Write(table);
    }

    private static async Task PublishAndWait(IBus bus, IReadOnlyList<ExpectedData> data, DecisionLedger ledger)
    {
        AnsiConsole.MarkupLine($"[bold]3[/] A client in process {Environment.ProcessId} publishes {data.Count:N0} DataCreated and awaits the answers:");
        var clock = Stopwatch.StartNew();
        await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async progress =>
            {
                var published = progress.AddTask("published", maxValue: data.Count);
                var answered = progress.AddTask("answered", maxValue: data.Count);
                foreach (var chunk in data.Chunk(100))
                {
                    await bus.PublishBatch(chunk.Select(item => item.Data));
                    published.Increment(chunk.Length);
                    answered.Value = ledger.Answered;
                }

                while (ledger.Answered < data.Count && clock.Elapsed < AnswerLimit)
                {
                    await Task.Delay(20);
                    answered.Value = ledger.Answered;
                }
            });
        AnsiConsole.MarkupLine($"  {ledger.Answered:N0} answers in {clock.Elapsed.TotalSeconds:0.0} s.");
    }

    private static void Compare(IReadOnlyList<ExpectedData> data, DecisionLedger ledger, List<(string, bool, string)> checks)
    {
        var table = new Table().RoundedBorder().AddColumns("answer", "reason").AddColumn(new TableColumn("count").RightAligned()).AddColumn(new TableColumn("expected").RightAligned());
        var decisions = data.SelectMany(item => ledger.AnswersFor(item.Data.DataId).Take(1)).ToList();
        var expected = data.CountBy(item => item.Expected).ToDictionary();
        foreach (var group in decisions.GroupBy(decision => (Admitted(decision), decision.Code)).OrderByDescending(group => group.Key.Item1).ThenByDescending(group => group.Count()))
        {
            table.AddRow(group.Key.Item1 ? "[green]admitted[/]" : "[red]rejected[/]", group.Key.Code, $"{group.Count():N0}", $"{expected.GetValueOrDefault(group.Key.Code):N0}");
        }

        AnsiConsole.Write(table);
        var wrong = data.Count(item => ledger.AnswersFor(item.Data.DataId).FirstOrDefault()?.Code != item.Expected);
        checks.Add(("every DataCreated got the decision it should", wrong == 0, wrong == 0 ? $"{decisions.Count(Admitted):N0} admitted, {decisions.Count(decision => !Admitted(decision)):N0} rejected" : $"{wrong:N0} did not"));
    }

    private static async Task Duplicates(IBus bus, IReadOnlyList<ExpectedData> data, DecisionLedger ledger, List<(string, bool, string)> checks)
    {
        var (same, other) = (data[0].Data, data[1].Data with { DataType = "invoice" });
        await bus.Publish(same);
        await bus.Publish(other);
        var clock = Stopwatch.StartNew();
        while ((ledger.AnswersFor(same.DataId).Count < 2 || ledger.AnswersFor(other.DataId).Count < 2) && clock.Elapsed < AnswerLimit)
        {
            await Task.Delay(20);
        }

        var again = ledger.AnswersFor(same.DataId);
        checks.Add(("the same data again gets the first decision again", again.Count == 2 && again.First().Epoch == again.Last().Epoch && again.First().Code == again.Last().Code, again.LastOrDefault()?.Code ?? "no answer"));
        checks.Add(("the same id with other content is refused", ledger.AnswersFor(other.DataId).LastOrDefault()?.Code == ReasonCodes.DataIdReused, ledger.AnswersFor(other.DataId).LastOrDefault()?.Code ?? "no answer"));
        var doubled = ledger.Answers.Count(answer => answer.Key != same.DataId && answer.Key != other.DataId && answer.Value.Count > 1);
        checks.Add(("nothing was answered twice", doubled == 0, doubled == 0 ? "each answer once" : $"{doubled:N0} answered more than once"));
    }

    private static async Task Explain(Platform platform, DataCreated data)
    {
        using var client = await platform.SignIn("platform-service");
        var body = new { data.TenantId, data.DataId, data.DataType, data.Classification, data.OriginCountry, data.PrimaryRegion, data.ReplicaRegions, data.BackupRegions };
        var decision = await (await client.PostAsJsonAsync("/residency/evaluate", body, ContractJson.Options)).Read<Decision>();
        AnsiConsole.MarkupLine("[bold]4[/] One decision, explained (the same evaluator answers POST /residency/evaluate):");
        var panel = new Grid().AddColumn().AddColumn();
        panel.AddRow("asked", Markup.Escape($"{data.DataType} of level {data.Classification}, data subjects in {data.OriginCountry}, primary in {data.PrimaryRegion}"));
        panel.AddRow("answer", Markup.Escape($"{Word(decision.Outcome)}, {decision.Code}"));
        panel.AddRow("because", Markup.Escape(decision.Message));
        panel.AddRow("policy", $"{decision.PolicyId} version {decision.PolicyVersion}, epoch {decision.Epoch}");
        panel.AddRow("instead", string.Join(", ", decision.NearestCompliantRegions));
        if (decision.Obligations is { } obligations)
        {
            panel.AddRow("obliges to", Markup.Escape($"encryption {Word(obligations.Encryption)}, audit log {Word(obligations.AuditLog)}, keep {obligations.Retention.Least ?? "-"} to {obligations.Retention.Most ?? "-"}, personal data {Word(obligations.PersonalData)}, crossing borders {Word(obligations.CrossBorder)}"));
        }

        AnsiConsole.Write(new Panel(panel).RoundedBorder());
    }

    private static async Task Audited(Platform platform, IReadOnlyList<ExpectedData> data, List<(string, bool, string)> checks)
    {
        AnsiConsole.MarkupLine("[bold]5[/] Every event is in the write-once log:");
        using var officer = await platform.SignIn("compliance-officer");
        using var globex = await platform.SignIn("compliance-globex");
        var sample = data[0].Data;
        var clock = Stopwatch.StartNew();
        JsonElement entries;
        do
        {
            entries = await (await officer.GetAsync($"/access/audit?dataId={sample.DataId}&limit=10")).Read<JsonElement>();
            await Task.Delay(50);
        }
        while (entries.GetProperty("items").GetArrayLength() < 2 && clock.Elapsed < AnswerLimit);

        foreach (var entry in entries.GetProperty("items").EnumerateArray().Take(4))
        {
            AnsiConsole.MarkupLine($"  {entry.GetProperty("index").GetInt64(),6}  {Markup.Escape(Text(entry, "type")!),-40} leaf {Text(entry, "leafHash")![..16]}");
        }

        var foreign = await globex.GetAsync($"/access/audit?dataId={sample.DataId}");
        var seen = foreign.StatusCode == HttpStatusCode.OK ? (await foreign.Read<JsonElement>()).GetProperty("items").GetArrayLength() : 0;
        checks.Add(("the log shows the events of one's own tenant only", entries.GetProperty("items").GetArrayLength() >= 2 && seen == 0, $"{entries.GetProperty("items").GetArrayLength()} entries for acme, {seen} for globex"));

        using var operators = platform.CreateClient();
        var checkpoint = await operators.GetStringAsync("/audit/log/checkpoint");
        AnsiConsole.MarkupLine($"  checkpoint signed at {checkpoint.Split('\n')[1]} entries");
        var (code, report, verdict) = await AuditVerifier.Run();
        AnsiConsole.MarkupLine($"  ./sov audit verify: {Markup.Escape(report)}");
        checks.Add(("the whole log verifies", code == 0, verdict));
    }

    private static int Summary(List<(string What, bool Right, string Detail)> checks, Platform platform, bool keep)
    {
        AnsiConsole.WriteLine();
        foreach (var (what, right, detail) in checks)
        {
            AnsiConsole.MarkupLine($"{(right ? "[green]right[/]" : "[red]wrong[/]")}  {Markup.Escape(what)} [dim]({Markup.Escape(detail)})[/]");
        }

        var wrong = checks.Count(check => !check.Right);
        AnsiConsole.WriteLine();
        if (keep)
        {
            AnsiConsole.MarkupLine($"It keeps running: the API is described at {platform.Gateway}scalar. Stop it with ./sov down.");
        }

        AnsiConsole.MarkupLine(wrong == 0 ? "[green]The demo came out right.[/]" : $"[red]{wrong} of {checks.Count} checks came out wrong.[/]");
        return wrong == 0 ? 0 : 1;
    }

    private static string Word<T>(T value)
        where T : struct, Enum =>
        JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static bool Admitted(Decision decision) => decision.Outcome is DecisionOutcome.Allow or DecisionOutcome.AllowWithObligations;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
