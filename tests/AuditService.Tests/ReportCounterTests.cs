using System.Text.Json;
using Sovereignty.AuditService.Report;
using Sovereignty.AuditService.SearchAudit;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AuditService.Tests;

public sealed class ReportCounterTests
{
    private readonly ReportCounter _counter = new();

    [Fact]
    public void Events_are_counted_by_type_the_most_frequent_first()
    {
        _counter.Add("DataCreated", null, 3);
        _counter.Add(nameof(AccessRequested), ["eu-central-1", "us-east-1"], 2);
        _counter.Add(nameof(AccessRequested), ["eu-west-1", "us-east-1"], 5);
        _counter.Add("Alphabetical", null, 3);

        Assert.Equal(13, _counter.Events);
        Assert.Equal([new(nameof(AccessRequested), 7), new("Alphabetical", 3), new("DataCreated", 3)], _counter.ByType);
        Assert.Equal(7, _counter.Totals.Requests);
    }

    [Fact]
    public void Region_pairs_hold_requests_and_grants_and_one_region_is_both_ends()
    {
        _counter.Add(nameof(AccessRequested), ["eu-central-1", "us-east-1"], 4);
        _counter.Add(nameof(AccessGranted), ["eu-central-1", "us-east-1"], 1);
        _counter.Add(nameof(AccessGranted), ["eu-central-1"], 2);
        _counter.Add("DataCreated", null, 9);

        Assert.Equal([new("eu-central-1", "eu-central-1", 0, 2), new("eu-central-1", "us-east-1", 4, 1)], _counter.RegionPairs);
    }

    [Fact]
    public void A_request_is_approved_with_its_last_approval_and_the_rate_is_of_those_that_people_decided()
    {
        Assert.Null(_counter.ApprovalRate);
        Add(nameof(AccessApproved), new { remaining = 1 });
        Assert.Null(_counter.ApprovalRate);
        Add(nameof(AccessApproved), new { remaining = 0 });
        Assert.Equal(1, _counter.ApprovalRate);
        Add(nameof(AccessDenied), new { reason = "No" });
        Add(nameof(AccessDenied), new { reason = "No" });
        Add(nameof(AccessRefused), new { code = AccessCodes.TransferBanned });
        Add(nameof(AccessGranted), new { automatic = true });

        Assert.Equal(1.0 / 3, _counter.ApprovalRate);
        Assert.Equal(1, _counter.Totals.Approved);
        Assert.Equal(2, _counter.Totals.Denied);
        Assert.Equal(1, _counter.Totals.AutomaticGrants);
    }

    [Fact]
    public void Rejections_are_grouped_by_kind_and_by_code_or_words()
    {
        Add(nameof(AccessUseRefused), new { code = AccessCodes.Revoked });
        Add(nameof(AccessCommandRefused), new { code = AccessCodes.SelfApproval, reason = "Words that vary" });
        Add(nameof(AccessCommandRefused), new { code = AccessCodes.SelfApproval, reason = "from time to time" });
        Add(nameof(AccessRefused), new { code = AccessCodes.TransferBanned, reason = "For people" });
        Add(nameof(AccessDenied), new { reason = "Too broad" });
        Add(nameof(AccessDenied), new { reason = "Too broad" });
        Add(nameof(AccessDenied), new { reason = "Too broad" });

        Assert.Equal(
            [
                new("denied", null, "Too broad", 3),
                new("command-refused", "self-approval", null, 2),
                new("refused", "transfer-banned", null, 1),
                new("use-refused", "revoked", null, 1),
            ],
            _counter.RejectionReasons);
    }

    [Fact]
    public void Words_beyond_the_most_that_are_listed_are_counted_and_codes_always_listed()
    {
        for (var i = 0; i < ReportCounter.MostReasons + 7; i++)
        {
            Add(nameof(AccessDenied), new { reason = $"Reason {i}" });
        }

        Add(nameof(AccessDenied), new { reason = "Reason 3" });
        Add(nameof(AccessRefused), new { code = AccessCodes.DataUnknown });

        Assert.Equal(7, _counter.RejectionsNotListed);
        Assert.Equal(ReportCounter.MostReasons + 1, _counter.RejectionReasons.Count);
        Assert.Equal(_counter.Totals.Denied + 1, _counter.RejectionReasons.Sum(reason => reason.Count) + _counter.RejectionsNotListed);
    }

    [Fact]
    public void What_was_erased_is_counted_by_type_and_says_nothing_else()
    {
        Add(nameof(AccessApproved), new { remaining = 0 });
        Add(nameof(AccessDenied), null);
        Add(nameof(AccessApproved), null);

        Assert.Equal(2, _counter.Erased);
        Assert.Equal(1, _counter.Totals.Denied);
        Assert.Equal(1, _counter.Totals.Approved);
        Assert.Equal(1, _counter.ApprovalRate);
        Assert.Empty(_counter.RejectionReasons);
    }

    [Theory]
    [InlineData("""{"x":"text"}""", "text")]
    [InlineData("""{"x":12}""", "12")]
    [InlineData("""{"x":true}""", "true")]
    [InlineData("""{"x":["a","b",3]}""", "a b")]
    [InlineData("""{"x":{}}""", null)]
    [InlineData("""{"x":null}""", null)]
    [InlineData("""{"y":1}""", null)]
    [InlineData("""[1]""", null)]
    [InlineData("""{"x":"\ud800"}""", "\"\\ud800\"")]
    public void Members_are_read_whatever_their_publisher_made_of_them(string json, string? expected) =>
        Assert.Equal(expected, EventText.Of(JsonDocument.Parse(json).RootElement, "x"));

    private void Add(string type, object? body)
    {
        _counter.Add(type, null, 1);
        _counter.AddBody(new AuditItem(
            0, "id", type, "acme", "access-service", default, default, null, body is null ? null : JsonSerializer.SerializeToElement(body), null, ""));
    }
}
