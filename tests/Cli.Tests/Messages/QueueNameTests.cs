using Sovereignty.Cli.Messages;

namespace Sovereignty.Cli.Tests.Messages;

public sealed class QueueNameTests
{
    [Theory]
    [InlineData("policy.data-created_error", "policy-service")]
    [InlineData("access.requests_dead", "access-service")]
    [InlineData("audit.events_skipped", "audit-service")]
    [InlineData("policies.data_error", null)]
    [InlineData("platform.answers_error", null)]
    [InlineData("policy.a/../b", null)]
    [InlineData("policy.a?b", null)]
    [InlineData("", null)]
    public void A_queue_names_its_service(string queue, string? service) => Assert.Equal(service, QueueName.Service(queue));

    [Theory]
    [InlineData("abc1", "abc1")]
    [InlineData("abc12", "abc123")]
    [InlineData("x", "xyz")]
    public void A_message_is_named_by_its_id_or_a_beginning_that_no_other_has(string name, string id) =>
        Assert.Equal(id, QueueName.Find(name, "policy.ingress_dead", ["abc1", "abc123", "abd", "xyz", "xyz"]));

    [Theory]
    [InlineData("ab", "beginning of 3 messages")]
    [InlineData("q", "./sov messages list policy.ingress_dead")]
    public void A_name_that_fits_none_or_several_says_what_to_do(string name, string what) =>
        Assert.Contains(what, Assert.Throws<RefusedException>(() => QueueName.Find(name, "policy.ingress_dead", ["abc1", "abc123", "abd"])).Message);
}
