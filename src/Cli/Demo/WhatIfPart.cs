using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Spectre.Console;

namespace Sovereignty.Cli.Demo;

/// <summary>What a change would mean for what is stored, and what one means.</summary>
internal sealed class WhatIfPart(HttpClient admin, long before)
{
    private const string Region = "eu-west-3";
    private const string DataType = "report";

    private static readonly LegalFact Ban = new()
    {
        Id = "demo-reports-stay-out-of-us",
        Kind = LegalFactKinds.PlatformRule,
        Instrument = "Demo rule 1",
        DataTypes = [DataType],
        Destinations = ["US"],
        Effect = LegalEffect.NotInDestinations,
    };

    /// <summary>Looks at what is stored before the demo stores more.</summary>
    public static async Task<WhatIfPart> Begin(HttpClient admin) => new(admin, (await Suppose(admin)).Totals.BecomeNonCompliant);

    public async Task Play(IReadOnlyList<ExpectedData> data, Checks checks)
    {
        var loss = await Suppose(admin);
        AnsiConsole.MarkupLine($"[bold]5[/] What if {Region} were lost? Of {loss.Totals.Placements:N0} stored placements {loss.Totals.BecomeNonCompliant:N0} would lie where they must not:");
        foreach (var cell in loss.Cells.Take(3))
        {
            AnsiConsole.MarkupLine(Markup.Escape($"  {cell.Placements:N0} of {cell.Cell.TenantId}'s {cell.Cell.DataType} data; a primary could be in {string.Join(", ", cell.After.FailoverTargets.Take(4))}"));
        }

        var there = data.Count(item => item.Expected == ReasonCodes.Compliant && item.Data.PrimaryRegion == Region);
        checks.Add("what-if counts what lies there", loss.Totals.BecomeNonCompliant - before == there, $"{there:N0} of this run in {Region}");
        await ChangeTheLaw(checks);
    }

    private async Task ChangeTheLaw(Checks checks)
    {
        await Law.Record(admin, Ban);
        var clock = Stopwatch.StartNew();
        var open = await Wait.For(() => Violations("open"), found => found.Count > 0);
        AnsiConsole.MarkupLine($"  A rule forbids {DataType} data in the US. After {clock.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s it is known what no longer complies:");
        foreach (var violation in open)
        {
            AnsiConsole.MarkupLine(Markup.Escape($"  {violation.Placements:N0} of {violation.TenantId}'s {violation.DataType} data in {violation.PrimaryRegion}, {violation.Code}; ways out: {string.Join(", ", violation.Remediations.Select(way => DemoText.Word(way.Kind)).Distinct())}"));
        }

        await Law.End(admin, Ban);
        var left = await Wait.For(() => Violations("open"), found => found.Count == 0);
        checks.Add("a law that changes opens violations, and its end resolves them", open.Count > 0 && left.Count == 0, $"{open.Sum(violation => violation.Placements):N0} placements");
    }

    private async Task<IReadOnlyList<ResidencyViolation>> Violations(string state) =>
        [.. (await (await admin.GetAsync($"/residency/violations?state={state}&limit=500")).Read<Violated>()).Items.Where(violation => violation.DataType == DataType)];

    private static async Task<Supposed> Suppose(HttpClient admin) =>
        await (await admin.PostAsJsonAsync("/residency/simulations", new { Scenario = new { Name = "region-lost", Region } }, ContractJson.Options)).Read<Supposed>();

    private sealed record Supposed(Totals Totals, IReadOnlyList<ChangedCell> Cells);

    private sealed record Totals(long Placements, long BecomeNonCompliant);

    private sealed record ChangedCell(Cell Cell, long Placements, Outcome After);

    private sealed record Cell(string TenantId, string DataType);

    private sealed record Outcome(IReadOnlyList<string> FailoverTargets);

    private sealed record Violated(IReadOnlyList<ResidencyViolation> Items);
}
