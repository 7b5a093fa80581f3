using System.Text.Json;
using Sovereignty.AuditService.Receiving;
using Sovereignty.AuditService.Report;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AuditService.Tests;

public sealed class ReportCounterTests
{
    private readonly ReportCounter _counter = new();

    [Fact]
    public void Events_are_counted_by_type_the_most_frequent_first()
    {
        Add("DataCreated", 3);
        Add(nameof(AccessRequested), 2, regions: ["eu-central-1", "us-east-1"]);
        Add(nameof(AccessRequested), 5, regions: ["eu-west-1", "us-east-1"]);
        Add("Alphabetical", 3);

        Assert.Equal(13, _counter.Events);
        Assert.Equal([new(nameof(AccessRequested), 7), new("Alphabetical", 3), new("DataCreated", 3)], _counter.ByType);
        Assert.Equal(7, _counter.Totals.Requests);
    }

    [Fact]
    public void Region_pairs_hold_requests_and_grants_and_one_region_is_both_ends()
    {
        Add(nameof(AccessRequested), 4, regions: ["eu-central-1", "us-east-1"]);
        Add(nameof(AccessGranted), 1, regions: ["eu-central-1", "us-east-1"]);
        Add(nameof(AccessGranted), 2, regions: ["eu-central-1"]);
        Add("DataCreated", 9);

        Assert.Equal([new("eu-central-1", "eu-central-1", 0, 2), new("eu-central-1", "us-east-1", 4, 1)], _counter.RegionPairs);
    }

    [Fact]
    public void A_request_is_approved_with_its_last_approval_and_the_rate_is_of_those_that_people_decided()
    {
        Assert.Null(_counter.ApprovalRate);
        Add(nameof(AccessApproved));
        Assert.Null(_counter.ApprovalRate);
        Add(nameof(AccessApproved), facet: EventFacets.Complete);
        Assert.Equal(1, _counter.ApprovalRate);
        Add(nameof(AccessDenied), 2);
        Add(nameof(AccessRefused), facet: AccessCodes.TransferBanned);
        Add(nameof(AccessGranted), facet: EventFacets.Automatic);
        Add(nameof(AccessGranted));

        Assert.Equal(1.0 / 3, _counter.ApprovalRate);
        Assert.Equal(1, _counter.Totals.Approved);
        Assert.Equal(2, _counter.Totals.Denied);
        Assert.Equal(1, _counter.Totals.AutomaticGrants);
        Assert.Equal(2, _counter.Totals.Granted);
    }

    [Fact]
    public void Rejections_are_grouped_by_kind_and_by_code_or_words()
    {
        Add(nameof(AccessUseRefused), facet: AccessCodes.Revoked);
        Add(nameof(AccessCommandRefused), 2, facet: AccessCodes.SelfApproval);
        Add(nameof(AccessRefused), facet: AccessCodes.TransferBanned);
        Add(nameof(AccessRevoked), facet: "not-a-rejection");
        Add(nameof(AccessDenied), 3);
        for (var i = 0; i < 3; i++)
        {
            _counter.AddDenial("Too broad");
        }

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
            _counter.AddDenial($"Reason {i}");
        }

        _counter.AddDenial("Reason 3");
        Add(nameof(AccessDenied), ReportCounter.MostReasons + 8);
        Add(nameof(AccessRefused), facet: AccessCodes.DataUnknown);

        Assert.Equal(7, _counter.RejectionsNotListed);
        Assert.Equal(ReportCounter.MostReasons + 1, _counter.RejectionReasons.Count);
        Assert.Equal(_counter.Totals.Denied + 1, _counter.RejectionReasons.Sum(reason => reason.Count) + _counter.RejectionsNotListed);
    }

    [Fact]
    public void What_was_erased_is_counted_by_type_and_gives_no_reason()
    {
        Add(nameof(AccessDenied), 2);
        _counter.AddDenial(null);
        _counter.AddDenial("Too broad");
        Add(nameof(AccessUseRefused), 4);

        Assert.Equal(5, _counter.Erased);
        Assert.Equal(2, _counter.Totals.Denied);
        Assert.Equal(4, _counter.Totals.UseRefused);
        Assert.Equal([new("denied", null, "Too broad", 1)], _counter.RejectionReasons);
    }

    [Fact]
    public void Entries_of_a_kind_are_known_from_the_first_to_the_last()
    {
        _counter.Add("Fault", null, null, new Tally(3, 17, 40));
        _counter.Add("Fault", null, null, new Tally(1, 4, 4));

        Assert.Equal(new Tally(4, 4, 40), _counter.Of("Fault", null));
        Assert.Equal(default, _counter.Of("Fault", "none"));
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

    private void Add(string type, long count = 1, string? facet = null, string[]? regions = null) => _counter.Add(type, facet, regions, new Tally(count, 0, 0));
}
