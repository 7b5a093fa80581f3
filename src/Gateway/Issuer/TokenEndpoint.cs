using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.JsonWebTokens;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Sovereignty.Gateway.Issuer;

internal static class TokenEndpoint
{
    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;
    private const int ShortestLife = 1;
    private const int LongestLife = 86_400;
    private const int UsualLife = 3_600;

    internal static IResult Issue(HttpContext context, IssuerOptions options, IConfiguration configuration)
    {
        var request = context.GetOpenIddictServerRequest()
            ?? throw new InvalidOperationException("The token endpoint was reached without OpenIddict.");

        if (FindLife(request) is not { } life)
        {
            return Refuse(Errors.InvalidRequest, $"ttl is a number of seconds from {ShortestLife} to {LongestLife}.");
        }

        var person = People.Find(request.IsPasswordGrantType() ? request.Username : request.ClientId);
        if (person is null)
        {
            return Refuse(Errors.InvalidGrant,
                $"There is no such person. Seeded: {string.Join(", ", People.Seeded.Select(seeded => seeded.Subject))}.");
        }

        if (request.IsPasswordGrantType() && !IsPassword(request.Password, options))
        {
            return Refuse(Errors.InvalidGrant, "Wrong password; it is the one of this checkout (Issuer__Password).");
        }

        var audience = configuration["Authentication:Audience"] ?? "sovereignty";
        return Results.SignIn(Describe(person, audience, life), authenticationScheme: Scheme);
    }

    internal static bool IsPassword(string? given, IssuerOptions options) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given ?? ""), Encoding.UTF8.GetBytes(options.Password!));

    private static TimeSpan? FindLife(OpenIddictRequest request)
    {
        var wanted = (string?)request.GetParameter("ttl");
        if (wanted is null)
        {
            return TimeSpan.FromSeconds(UsualLife);
        }

        return int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= ShortestLife and <= LongestLife
            ? TimeSpan.FromSeconds(seconds)
            : null;
    }

    private static ClaimsPrincipal Describe(Person person, string audience, TimeSpan life)
    {
        var identity = new ClaimsIdentity(Scheme, Claims.Name, "roles");
        identity.SetClaim(Claims.Subject, person.Subject);
        identity.SetClaim(Claims.Name, person.Name);
        identity.SetClaim("tenant", person.Tenant);
        identity.SetClaim("country", person.Country);
        identity.AddClaim(new Claim("roles", JsonSerializer.Serialize(person.Roles), JsonClaimValueTypes.JsonArray));
        identity.SetDestinations(_ => [Destinations.AccessToken]);

        var principal = new ClaimsPrincipal(identity);
        principal.SetResources(audience);
        principal.SetAccessTokenLifetime(life);
        return principal;
    }

    private static IResult Refuse(string error, string description) =>
        Results.Forbid(
            new AuthenticationProperties(new Dictionary<string, string?>
            {
                [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
                [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
            }),
            [Scheme]);
}
