using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using MassTransit;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Evaluation;
using Spectre.Console;

namespace Sovereignty.Cli.Demo;

/// <summary>Policies, data, and where it may be.</summary>
internal static class ResidencyPart
{
    public static async Task Regions(HttpClient client)
    {
        var regions = await (await client.GetAsync("/regions?limit=500")).Read<JsonElement>();
        var items = regions.GetProperty("items").EnumerateArray().ToList();
        AnsiConsole.MarkupLine($"[bold]1[/] {items.Count} regions in {items.Select(region => region.GetProperty("country").GetString()).Distinct().Count()} countries are registered.");
    }

    public static async Task Policies(HttpClient client)
    {
        var existing = await (await client.GetAsync("/residency/policies?limit=500")).Read<JsonElement>();
        var table = new Table().RoundedBorder().AddColumns("tenant", "data type", "mode", "version");
        foreach (var wanted in Scenario.Policies)
        {
            var found = existing.GetProperty("items").EnumerateArray().FirstOrDefault(policy =>
                DemoText.Text(policy, "tenantId") == wanted.Tenant && DemoText.Text(policy, "dataType") == wanted.DataType && DemoText.Text(policy, "retiredAt") is null);
            if (found.ValueKind == JsonValueKind.Undefined)
            {
                found = await (await client.PostAsJsonAsync("/residency/policies", wanted.ToBody(), ContractJson.Options)).Read<JsonElement>();
            }

            table.AddRow(wanted.Tenant, wanted.DataType ?? "all others", DemoText.Text(found, "mode")!, $"{found.GetProperty("version").GetInt32()}");
        }

        AnsiConsole.MarkupLine("[bold]2[/] Residency policies, beside the platform's default:");
        AnsiConsole.Write(table);
    }

    public static async Task PublishAndWait(IBus bus, IReadOnlyList<ExpectedData> data, DecisionLedger ledger)
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

                while (ledger.Answered < data.Count && clock.Elapsed < Wait.Limit)
                {
                    await Task.Delay(20);
                    answered.Value = ledger.Answered;
                }
            });
        AnsiConsole.MarkupLine($"  {ledger.Answered:N0} answers in {clock.Elapsed.TotalSeconds:0.0} s.");
    }

    public static void Compare(IReadOnlyList<ExpectedData> data, DecisionLedger ledger, Checks checks)
    {
        var table = new Table().RoundedBorder().AddColumns("answer", "reason").AddColumn(new TableColumn("count").RightAligned()).AddColumn(new TableColumn("expected").RightAligned());
        var decisions = data.SelectMany(item => ledger.AnswersFor(item.Data.DataId).Take(1)).ToList();
        var expected = data.CountBy(item => item.Expected).ToDictionary();
        foreach (var group in decisions.GroupBy(decision => (decision.Outcome.Admits(), decision.Code)).OrderByDescending(group => group.Key.Item1).ThenByDescending(group => group.Count()))
        {
            table.AddRow(group.Key.Item1 ? "[green]admitted[/]" : "[red]rejected[/]", group.Key.Code, $"{group.Count():N0}", $"{expected.GetValueOrDefault(group.Key.Code):N0}");
        }

        AnsiConsole.Write(table);
        var wrong = data.Count(item => ledger.AnswersFor(item.Data.DataId).FirstOrDefault()?.Code != item.Expected);
        checks.Add("every DataCreated got the decision it should", wrong == 0, wrong == 0 ? $"{decisions.Count(decision => decision.Outcome.Admits()):N0} admitted, {decisions.Count(decision => !decision.Outcome.Admits()):N0} rejected" : $"{wrong:N0} did not");
    }

    public static async Task Duplicates(IBus bus, IReadOnlyList<ExpectedData> data, DecisionLedger ledger, Checks checks)
    {
        var (same, other) = (data[0].Data, data[1].Data with { DataType = "invoice" });
        await bus.Publish(same);
        await bus.Publish(other);
        await Wait.Until(() => ledger.AnswersFor(same.DataId).Count >= 2 && ledger.AnswersFor(other.DataId).Count >= 2);

        var again = ledger.AnswersFor(same.DataId);
        checks.Add("the same data again gets the first decision again", again.Count == 2 && again.First().Epoch == again.Last().Epoch && again.First().Code == again.Last().Code, again.LastOrDefault()?.Code ?? "no answer");
        checks.Add("the same id with other content is refused", ledger.AnswersFor(other.DataId).LastOrDefault()?.Code == ReasonCodes.DataIdReused, ledger.AnswersFor(other.DataId).LastOrDefault()?.Code ?? "no answer");
        var doubled = ledger.Answers.Count(answer => answer.Key != same.DataId && answer.Key != other.DataId && answer.Value.Count > 1);
        checks.Add("nothing was answered twice", doubled == 0, doubled == 0 ? "each answer once" : $"{doubled:N0} answered more than once");
    }

    public static async Task Explain(Platform platform, DataCreated data)
    {
        using var client = await platform.SignIn("platform-service");
        var body = new { data.TenantId, data.DataId, data.DataType, data.Classification, data.OriginCountry, data.PrimaryRegion, data.ReplicaRegions, data.BackupRegions };
        var decision = await (await client.PostAsJsonAsync("/residency/evaluate", body, ContractJson.Options)).Read<Decision>();
        AnsiConsole.MarkupLine("[bold]4[/] One decision, explained (the same evaluator answers POST /residency/evaluate):");
        var panel = new Grid().AddColumn().AddColumn();
        panel.AddRow("asked", Markup.Escape($"{data.DataType} of level {data.Classification}, data subjects in {data.OriginCountry}, primary in {data.PrimaryRegion}"));
        panel.AddRow("answer", Markup.Escape($"{DemoText.Word(decision.Outcome)}, {decision.Code}"));
        panel.AddRow("because", Markup.Escape(decision.Message));
        panel.AddRow("policy", $"{decision.PolicyId} version {decision.PolicyVersion}, epoch {decision.Epoch}");
        panel.AddRow("instead", string.Join(", ", decision.NearestCompliantRegions));
        if (decision.Obligations is { } obligations)
        {
            panel.AddRow("obliges to", Markup.Escape($"encryption {DemoText.Word(obligations.Encryption)}, audit log {DemoText.Word(obligations.AuditLog)}, keep {obligations.Retention.Least ?? "-"} to {obligations.Retention.Most ?? "-"}, personal data {DemoText.Word(obligations.PersonalData)}, crossing borders {DemoText.Word(obligations.CrossBorder)}"));
        }

        AnsiConsole.Write(new Panel(panel).RoundedBorder());
    }
}
