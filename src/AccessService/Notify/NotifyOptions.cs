namespace Sovereignty.AccessService.Notify;

internal sealed class NotifyOptions
{
    public const string Section = "Notify";

    /// <summary>32 random bytes in base64, of which the secrets of webhooks are derived. Empty: webhooks are not supported here.</summary>
    public string MasterKey { get; set; } = "";

    /// <summary>For local running only: plain http, and addresses that are not public.</summary>
    public bool AllowPrivateNetworks { get; set; }

    /// <summary>How long a receiver may take to answer.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    public bool IsEnabled => MasterKey.Length > 0;

    public static NotifyOptions Of(IConfiguration configuration) => configuration.GetSection(Section).Get<NotifyOptions>() ?? new();
}
