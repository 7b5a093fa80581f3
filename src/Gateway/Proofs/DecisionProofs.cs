using System.Security.Claims;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sovereignty.Contracts.Access;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.Gateway.Proofs;

/// <summary>
/// Signs for an approver that it was they who took this decision on this request, so that the command can go over the
/// broker without their token. Whether the request exists and they may decide on it is AccessService's to check.
/// </summary>
internal sealed class DecisionProofs(Uri issuer, ECDsaSecurityKey key, TimeProvider clock)
{
    internal const string Audience = "sovereignty-access-decision";
    internal const string TokenType = "decision-proof+jwt";

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private readonly SigningCredentials _credentials = new(key, SecurityAlgorithms.EcdsaSha256);

    internal ProofKeySet Keys { get; } = ProofKeySet.Of(key);

    internal DecisionProof Sign(ClaimsPrincipal approver, DecisionProofRequest request)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(clock.GetUtcNow().ToUnixTimeSeconds());
        var expires = now + Life;
        var proof = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            TokenType = TokenType,
            Issuer = issuer.AbsoluteUri,
            Audience = Audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = expires.UtcDateTime,
            Claims = Claims(approver, request),
            SigningCredentials = _credentials,
        });
        return new DecisionProof(proof, expires);
    }

    private static Dictionary<string, object> Claims(ClaimsPrincipal approver, DecisionProofRequest request)
    {
        var actor = approver.ToActor();
        var claims = new Dictionary<string, object>
        {
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["sub"] = actor.Subject,
            ["subject_iss"] = actor.Issuer,
            ["tenant"] = approver.TenantScope(),
            ["roles"] = actor.Roles.ToArray(),
            ["request_id"] = request.RequestId.ToString("D"),
            ["decision"] = JsonNamingPolicy.KebabCaseLower.ConvertName(request.Decision.ToString()),
        };
        if (request.Duration is { } duration)
        {
            claims["duration"] = duration;
        }

        if (actor.DisplayName is { } name)
        {
            claims["name"] = name;
        }

        if (actor.Country is { } country)
        {
            claims["country"] = country;
        }

        return claims;
    }
}
