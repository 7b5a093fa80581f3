using Sovereignty.Gateway.Issuer;

namespace Sovereignty.Gateway.Proofs;

internal sealed record ProofOptions
{
    /// <summary>Where the signing key is kept; without it no proofs are given.</summary>
    public string? KeyFolder { get; init; }

    /// <summary>The gateway's own https address, the issuer of the proofs; that of the development issuer where it runs.</summary>
    public Uri? Url { get; init; }

    internal bool IsOn => KeyFolder is { Length: > 0 };

    internal static ProofOptions From(IConfiguration configuration)
    {
        var options = configuration.GetSection("Proofs").Get<ProofOptions>() ?? new ProofOptions();
        var issuer = IssuerOptions.From(configuration);
        return options.Url is null && issuer.IsOn ? options with { Url = issuer.Url } : options;
    }

    internal void Check()
    {
        if (Url is not { IsAbsoluteUri: true } || Url.Scheme != Uri.UriSchemeHttps)
        {
            throw new StartRefusedException(
                "Decision proofs name the gateway as their issuer: with Proofs__KeyFolder set Proofs__Url to its https address.");
        }
    }
}
