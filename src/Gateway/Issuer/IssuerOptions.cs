namespace Sovereignty.Gateway.Issuer;

internal sealed record IssuerOptions
{
    public bool? Enabled { get; init; }

    /// <summary>The one password of all seeded people and clients.</summary>
    public string? Password { get; init; }

    /// <summary>Where the signing key is kept, so that tokens outlive a restart.</summary>
    public string? KeyFolder { get; init; }

    /// <summary>The gateway's own https address.</summary>
    public Uri? Url { get; init; }

    internal bool IsOn => Enabled ?? Password is { Length: > 0 };

    internal static IssuerOptions From(IConfiguration configuration)
    {
        var options = configuration.GetSection("Issuer").Get<IssuerOptions>() ?? new IssuerOptions();
        return options.Url is not null || configuration["Authentication:Authority"] is not { Length: > 0 } authority
            ? options
            : options with { Url = new Uri(authority) };
    }

    internal void Check(IHostEnvironment environment)
    {
        if (environment.IsProduction())
        {
            throw new StartRefusedException(
                "The development issuer must not run in the Production environment: everyone who knows its one password is anyone. " +
                "Remove Issuer__Password and Issuer__Enabled and set Authentication__Authority to your identity provider.");
        }

        if (Password is not { Length: > 0 } || KeyFolder is not { Length: > 0 } || Url is null)
        {
            throw new StartRefusedException(
                "The development issuer needs Issuer__Password, Issuer__KeyFolder and Issuer__Url (the gateway's https address).");
        }
    }
}
