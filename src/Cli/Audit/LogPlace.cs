using System.Net.Http.Headers;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.Cli.Audit;

/// <summary>A log as it is handed out, in a folder or at an address.</summary>
internal static class LogPlace
{
    public const string PathAtGateway = "/audit/log";

    private const string TokenVariable = "SOV_TOKEN";
    private const string Operator = "operator";

    /// <summary>The files of a log. An address of this checkout's platform is read as its operator, any other with the token in SOV_TOKEN.</summary>
    /// <exception cref="IOException">There is no such folder.</exception>
    public static async Task<ILogFiles> Open(string place)
    {
        if (!Uri.TryCreate(place, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            return Directory.Exists(place) ? new DirectoryLogFiles(place) : throw new IOException($"there is no folder '{place}'.");
        }

        var token = Environment.GetEnvironmentVariable(TokenVariable);
        if (token is null && Local(address) is { } platform)
        {
            return new HttpLogFiles(await platform.SignIn(Operator), address);
        }

        var client = Local(address)?.CreateClient() ?? new HttpClient();
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return new HttpLogFiles(client, address);
    }

    private static Platform? Local(Uri address)
    {
        try
        {
            var platform = Platform.Load();
            return platform.Gateway.Authority == address.Authority ? platform : null;
        }
        catch (PlatformException)
        {
            return null;
        }
    }
}
