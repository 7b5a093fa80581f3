using Sovereignty.Cli.Demo;

namespace Sovereignty.Cli.Tests.Demo;

public sealed class AccessTallyTests
{
    [Fact]
    public void A_report_of_what_was_done_has_no_differences() => Assert.Empty(Tally().Differences(Report()));

    [Fact]
    public void A_request_that_the_report_leaves_out_is_found()
    {
        var tally = Tally();
        tally.Requested(Wanted);

        Assert.Equal(["requests 2 instead of 3", "eu-central-1 -> us-east-1 2 instead of 3"], tally.Differences(Report()));
    }

    [Fact]
    public void What_the_demo_did_not_do_is_found()
    {
        var report = Report() with { RejectionReasons = [new("denied", null, "Not needed.", 1), new("use-refused", "ended", null, 1)] };

        Assert.Equal(["use-refused ended 1 instead of 0"], Tally().Differences(report));
    }

    [Fact]
    public void A_total_that_the_report_does_not_have_is_a_difference_even_if_it_is_nought()
    {
        var report = Report() with { Totals = Report().Totals.Where(total => total.Key != "lapsed").ToDictionary() };

        Assert.Equal(["lapsed 0 instead of 0"], Tally().Differences(report));
    }

    [Fact]
    public void A_wrong_approval_rate_is_found() =>
        Assert.Equal(["approval rate 1.00 instead of 0.50"], Tally().Differences(Report() with { ApprovalRate = 1 }));

    [Fact]
    public void Types_add_up_to_all_events() =>
        Assert.Equal(["the types do not add up to all events"], Tally().Differences(Report() with { ByType = [new("AccessRequested", 2)] }));

    private static AccessWanted Wanted { get; } = new()
    {
        DataId = "data", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", TargetCountry = "US", Purpose = "customer-support", Justification = "Ticket 4711", Duration = "PT1H",
    };

    private static AccessTally Tally()
    {
        var tally = new AccessTally();
        tally.Requested(Wanted);
        tally.Requested(Wanted);
        tally.Granted(Wanted, automatic: false);
        tally.Used(null);
        tally.Denied("Not needed.");
        return tally;
    }

    private static ReportView Report() => new()
    {
        Checkpoint = new(10, "root", 0),
        Totals = AccessTally.Totals.ToDictionary(name => name, name => name switch { "requests" => 2L, "approved" or "granted" or "used" or "denied" => 1, _ => 0 })
            .Append(new("events", 6)).ToDictionary(),
        ByType = [new("AccessRequested", 2), new("AccessApproved", 1), new("AccessGranted", 1), new("AccessUsed", 1), new("AccessDenied", 1)],
        ApprovalRate = 0.5,
        RejectionReasons = [new("denied", null, "Not needed.", 1)],
        RegionPairs = [new("eu-central-1", "us-east-1", 2, 1)],
    };
}
