using System.ComponentModel.DataAnnotations;

namespace Sovereignty.Client;

/// <summary>Where the platform is, who this service is, and how old an answer may be.</summary>
public sealed class SovereigntyOptions
{
    /// <summary>The gateway, for example <c>https://gateway.example</c>.</summary>
    [Required]
    public Uri? Gateway { get; set; }

    /// <summary>The tenant whose data this service holds; that of the token.</summary>
    [Required(AllowEmptyStrings = false)]
    public string TenantId { get; set; } = "";

    /// <summary>
    /// Gives a bearer token with the role <c>service</c> and the tenant <see cref="TenantId"/>. It is called for each request to the
    /// gateway, so keep the token until shortly before it expires.
    /// </summary>
    [Required]
    public Func<CancellationToken, ValueTask<string>>? Token { get; set; }

    /// <summary>This service's name in queue names: lower case, digits and hyphens.</summary>
    [RegularExpression("[a-z0-9-]{1,50}")]
    public string Name { get; set; } = "service";

    /// <summary>Whether grants are copied here, for <see cref="SovereigntyClient.Check"/>. Without it that always answers <c>snapshot-stale</c>.</summary>
    public bool FollowGrants { get; set; } = true;

    /// <summary>Not having heard from AccessService for longer than this, every check refuses with <c>snapshot-stale</c>.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan FreshFor { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long AccessService holds a request for changes open when there are none; well below <see cref="FreshFor"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:20")]
    public TimeSpan LongPoll { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long <see cref="SovereigntyClient.UseAsync"/> tries before it gives up.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan UseTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The broker, <c>amqp://user:password@host/vhost</c>; only for <see cref="SovereigntyClient.SubmitAsync"/>.</summary>
    public Uri? Broker { get; set; }

    /// <summary>How long one attempt to reach the broker, or to publish to it, may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan BrokerTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Without a decision for so long, <see cref="SovereigntyClient.SubmitAsync"/> asks again.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan AskAgainAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long <see cref="SovereigntyClient.SubmitAsync"/> waits for a decision in all.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan DecisionTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
