using System.Text.Json;
using Sovereignty.Cli.Demo;

namespace Sovereignty.Cli.Tests.Demo;

public sealed class RequestPathTests
{
    private static readonly Guid Request = Guid.Parse("018f3c00-0000-7000-8000-000000000001");

    [Fact]
    public void States_stand_in_the_order_of_versions_and_other_events_and_requests_are_left_out()
    {
        JsonElement[] newestFirst =
        [
            Entry("AccessRevoked", Request, 6),
            Entry("AccessUsed", Request, null),
            Entry("AccessDenied", Guid.Empty, 4),
            Entry("AccessApproved", Request, 4),
            Entry("AccessGranted", Request, 5),
            Entry("AccessRequested", Request, 1),
            Entry("AccessRouted", Request, 3),
            Entry("AccessValidationStarted", Request, 2),
            Entry("DataCreated", null, null),
        ];

        Assert.Equal("submitted -> validating -> awaiting-approval -> approved -> revoked", RequestPath.Of(Request, newestFirst));
    }

    [Fact]
    public void Without_entries_there_is_no_path() => Assert.Equal("", RequestPath.Of(Request, []));

    private static JsonElement Entry(string type, Guid? request, int? version) =>
        JsonSerializer.SerializeToElement(new { type, body = new { requestId = request, version } }, JsonSerializerOptions.Web);
}
