using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sovereignty.AccessService.Notify;

/// <summary>Which addresses are somebody's on the Internet (IANA special-purpose registries), so that a webhook cannot reach into this network.</summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] Special4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(IPNetwork.Parse),
    ];

    // Tunnels among them: 6to4 and Teredo carry IPv4 addresses.
    private static readonly IPNetwork[] Special6 = [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(IPNetwork.Parse)];
    private static readonly IPNetwork GlobalUnicast6 = IPNetwork.Parse("2000::/3");

    public static bool Is(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return address.AddressFamily == AddressFamily.InterNetwork
            ? !Special4.Any(network => network.Contains(address))
            : GlobalUnicast6.Contains(address) && !Special6.Any(network => network.Contains(address));
    }
}

/// <summary>Whether a webhook may be registered for an address; names are judged once more by what they resolve to, when it is called.</summary>
internal static class WebhookUrl
{
    private const int Longest = 2000;

    /// <returns>What is wrong and what to give instead; null where it may.</returns>
    public static string? Refusal(string url, bool allowPrivateNetworks)
    {
        if (url.Length > Longest || !Uri.TryCreate(url, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp))
        {
            return $"give an absolute https address of at most {Longest} characters";
        }

        if (uri.UserInfo.Length > 0 || uri.Fragment.Length > 0 || url.Contains('#'))
        {
            return "give an address without credentials and fragment";
        }

        if (allowPrivateNetworks)
        {
            return null;
        }

        if (uri.Scheme != Uri.UriSchemeHttps)
        {
            return "give an https address";
        }

        if (!Ascii.IsValid(uri.Host))
        {
            return "give the host in its ASCII form";
        }

        var host = uri.DnsSafeHost.TrimEnd('.');
        var isLocal = host == "localhost" || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
        return isLocal || (IPAddress.TryParse(host, out var address) && !PublicAddress.Is(address)) ? "give an address on the public Internet" : null;
    }
}
