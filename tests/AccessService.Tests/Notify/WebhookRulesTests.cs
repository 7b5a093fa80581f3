using System.Net;
using System.Text;
using Sovereignty.AccessService.Notify;

namespace Sovereignty.AccessService.Tests.Notify;

public sealed class WebhookRulesTests
{
    [Fact]
    public void Signatures_are_those_of_the_specification() =>
        Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            WebhookSignature.Of(Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}"u8));

    [Fact]
    public void Each_webhook_has_a_secret_of_its_own_and_always_the_same()
    {
        var key = Convert.ToBase64String(Encoding.ASCII.GetBytes("0123456789abcdef0123456789abcdef"));
        var (one, other) = (Guid.NewGuid(), Guid.NewGuid());

        Assert.Equal(WebhookSecrets.Parse(key).Shown(one), WebhookSecrets.Parse(key).Shown(one));
        Assert.NotEqual(WebhookSecrets.Parse(key).Shown(one), WebhookSecrets.Parse(key).Shown(other));
        Assert.StartsWith("whsec_", WebhookSecrets.Parse(key).Shown(one));
        Assert.Equal(32, Convert.FromBase64String(WebhookSecrets.Parse(key).Shown(one)["whsec_".Length..]).Length);
    }

    [Theory]
    [InlineData("not base64")]
    [InlineData("c2hvcnQ=")]
    [InlineData("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm")]
    public void A_master_key_of_another_length_is_refused(string key) => Assert.Throws<InvalidOperationException>(() => WebhookSecrets.Parse(key));

    [Theory]
    [InlineData("https://hooks.example.com/a?b=c", true)]
    [InlineData("https://8.8.8.8/", true)]
    [InlineData("https://[2606:4700::1111]/", true)]
    [InlineData("http://hooks.example.com/", false)]
    [InlineData("https://user:password@hooks.example.com/", false)]
    [InlineData("https://hooks.example.com/#part", false)]
    [InlineData("/relative", false)]
    [InlineData("ftp://hooks.example.com/", false)]
    [InlineData("https://localhost/", false)]
    [InlineData("https://a.localhost./", false)]
    [InlineData("https://127.0.0.1/", false)]
    [InlineData("https://2130706433/", false)]
    [InlineData("https://10.1.2.3/", false)]
    [InlineData("https://169.254.169.254/latest/meta-data", false)]
    [InlineData("https://[::1]/", false)]
    [InlineData("https://[::ffff:10.0.0.1]/", false)]
    [InlineData("https://[fe80::1%25eth0]/", false)]
    [InlineData("https://\uff11\uff12\uff17.0.0.1/", false)]
    [InlineData("https://b\u00fccher.example/", false)]
    [InlineData("https://xn--bcher-kva.example/", true)]
    public void Webhooks_are_https_on_the_public_Internet(string url, bool isAllowed) =>
        Assert.Equal(isAllowed, WebhookUrl.Refusal(url, allowPrivateNetworks: false) is null);

    [Theory]
    [InlineData("http://127.0.0.1:5000/hook", true)]
    [InlineData("http://user@127.0.0.1:5000/hook", false)]
    public void Local_running_takes_local_addresses(string url, bool isAllowed) =>
        Assert.Equal(isAllowed, WebhookUrl.Refusal(url, allowPrivateNetworks: true) is null);

    [Theory]
    [InlineData("1.1.1.1", true)]
    [InlineData("172.15.0.1", true)]
    [InlineData("172.16.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("2a00:1450:4001::1", true)]
    [InlineData("::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:a00:1::1", false)]
    [InlineData("2001::1", false)]
    public void Addresses_that_are_not_public_are_known(string address, bool isPublic) => Assert.Equal(isPublic, PublicAddress.Is(IPAddress.Parse(address)));

    [Fact]
    public void Retries_grow_apart_and_end_within_a_day()
    {
        var delays = Enumerable.Range(0, 100).Select(RetryPlan.After).TakeWhile(delay => delay is not null).Select(delay => delay!.Value).ToList();

        Assert.Equal(TimeSpan.FromSeconds(30), delays[0]);
        Assert.Equal(TimeSpan.FromHours(8), delays[^1]);
        Assert.Equal(delays.Order(), delays);
        Assert.InRange(delays.Aggregate(TimeSpan.Zero, (sum, delay) => sum + delay), TimeSpan.FromHours(20), TimeSpan.FromHours(24));
    }
}
