using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Sovereignty.Contracts.Data;
using Sovereignty.Testing;

namespace Sovereignty.SystemTests;

[Collection(nameof(PlatformFixture))]
public sealed class DecisionTests(PlatformFixture platform)
{
    [Fact]
    public async Task DataCreated_is_answered_and_both_are_in_the_log_of_their_tenant()
    {
        await using var ledger = new Ledger(platform);
        await ledger.Listen();
        var (inside, outside) = (Wire.Data($"in-{Guid.NewGuid():N}"), Wire.Data($"out-{Guid.NewGuid():N}", primary: "us-east-1"));

        await ledger.Publish([inside, outside]);

        await Eventually.True(() => ledger.Answered == 2, "both are answered");
        Assert.Equal(ReasonCodes.Compliant, ledger.AnswersFor(inside.DataId).Single().Code);
        var rejected = ledger.AnswersFor(outside.DataId).Single();
        Assert.Equal((DecisionOutcome.NotPermitted, ReasonCodes.PrimaryOutsideResidency), (rejected.Outcome, rejected.Code));
        Assert.NotEmpty(rejected.NearestCompliantRegions);

        var officer = await platform.Client("compliance-officer");
        await Eventually.True(async () => (await Audit(officer, inside.DataId)).Count >= 2, "the events are in the log");
        Assert.Contains(await Audit(officer, inside.DataId), entry => entry.GetProperty("type").GetString()!.EndsWith("DataAdmitted", StringComparison.Ordinal));
        Assert.Empty(await Audit(await platform.Client("compliance-globex"), inside.DataId));
    }

    [Fact]
    public async Task The_same_data_again_gets_the_first_decision_and_other_content_is_refused()
    {
        await using var ledger = new Ledger(platform);
        await ledger.Listen();
        var data = Wire.Data($"same-{Guid.NewGuid():N}");

        await ledger.Publish([data]);
        await Eventually.True(() => ledger.AnswersFor(data.DataId).Count == 1, "the first answer");
        await ledger.Publish([data]);
        await Eventually.True(() => ledger.AnswersFor(data.DataId).Count == 2, "the second answer");
        Assert.Single(ledger.AnswersFor(data.DataId).Select(decision => (decision.Code, decision.Epoch, decision.InputHash)).Distinct());

        await ledger.Publish([data with { DataType = "other" }]);
        await Eventually.True(() => ledger.AnswersFor(data.DataId).Any(decision => decision.Code == ReasonCodes.DataIdReused), "the reuse is refused");
    }

    [Fact]
    public async Task One_trace_goes_from_the_publisher_through_policy_to_audit_and_logs_carry_its_id()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var data = Wire.Data($"trace-{Guid.NewGuid():N}");
        await using var connection = await platform.Connect("platform-service");
        await using var channel = await connection.CreateChannelAsync();

        await Wire.Publish(channel, data, Guid.NewGuid(), CancellationToken.None, $"00-{trace}-{ActivitySpanId.CreateRandom().ToHexString()}-01");

        await Eventually.True(() => platform.Telemetry.Has("traces", "policy-service", trace), "policy-service sent spans of the trace");
        await Eventually.True(() => platform.Telemetry.Has("traces", "audit-service", trace), "audit-service sent spans of the trace");
        await Eventually.True(() => platform.Telemetry.Has("logs", "policy-service", trace), "a log record of policy-service carries the trace id");
    }

    internal static async Task<IReadOnlyList<JsonElement>> Audit(HttpClient client, string dataId)
    {
        var page = await client.GetFromJsonAsync<JsonElement>($"/access/audit?dataId={dataId}&limit=100");
        return [.. page.GetProperty("items").EnumerateArray()];
    }
}
