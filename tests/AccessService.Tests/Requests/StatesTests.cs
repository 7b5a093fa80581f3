using Sovereignty.AccessService.Requests;
using static Sovereignty.AccessService.Tests.Requests.Given;

namespace Sovereignty.AccessService.Tests.Requests;

public sealed class StatesTests
{
    [Theory]
    [InlineData(States.Submitted)]
    [InlineData(States.Validating)]
    [InlineData(States.AwaitingApproval)]
    public void A_pending_request_has_lapsed_from_its_deadline_on_whether_or_not_that_was_noticed(string state)
    {
        var request = Request(state, lapsesAt: Now);
        Assert.Equal(state, States.At(request, Now.AddTicks(-1)));
        Assert.Equal(States.Lapsed, States.At(request, Now));
        Assert.Equal(States.Lapsed, States.At(request, Now.AddYears(1)));
    }

    [Theory]
    [InlineData(States.Scheduled)]
    [InlineData(States.Active)]
    [InlineData(States.Suspended)]
    public void A_grant_has_ended_from_its_end_on_whether_or_not_that_was_noticed(string state)
    {
        var request = Request(state, lapsesAt: Now.AddDays(-1), grant: Grant(until: 0));
        Assert.Equal(state, States.At(request, Now.AddTicks(-1)));
        Assert.Equal(States.Ended, States.At(request, Now));
        Assert.Equal(States.Ended, States.At(request, Now.AddYears(1)));
    }

    [Theory]
    [InlineData(States.Refused)]
    [InlineData(States.Denied)]
    [InlineData(States.Withdrawn)]
    [InlineData(States.Lapsed)]
    [InlineData(States.Ended)]
    [InlineData(States.GivenBack)]
    [InlineData(States.Exhausted)]
    [InlineData(States.Revoked)]
    public void An_end_stays_what_it_is(string state) =>
        Assert.Equal(state, States.At(Request(state, lapsesAt: Now.AddDays(-1), grant: Grant(until: -1)), Now));
}
