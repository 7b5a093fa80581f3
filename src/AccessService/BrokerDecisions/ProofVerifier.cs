using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AccessService.BrokerDecisions;

/// <summary>Checks a proof's signature by the gateway, its kind, its audience and its freshness.</summary>
internal sealed class ProofVerifier(ProofKeys keys)
{
    public const string Audience = "sovereignty-access-decision";
    public const string Type = "decision-proof+jwt";
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    public async Task<DecisionProof> Verify(string? proof, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (KeyId(proof) is not { } keyId)
        {
            return Forged();
        }

        var result = await Handler.ValidateTokenAsync(proof, new TokenValidationParameters
        {
            ValidAudience = Audience,
            ValidTypes = [Type],
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            IssuerSigningKeys = await keys.For(keyId, cancellationToken),

            // Whoever holds the gateway's key is the gateway; and the time is this service's, not the library's.
            ValidateIssuer = false,
            LifetimeValidator = (_, _, _, _) => true,
        });
        return result.IsValid && result.SecurityToken is JsonWebToken token && Read(token) is { } read
            ? read.ExpiresAt + Skew > now && token.ValidFrom - Skew <= now
                ? read
                : read with { Refusal = Judgement.Refuse(AccessCodes.ProofExpired, "The proof is older than its five minutes. Get a new one.") }
            : Forged();
    }

    /// <returns>Null for what is no token that names its key.</returns>
    private static string? KeyId(string? proof)
    {
        try
        {
            return proof is { Length: > 0 and < 8192 } && Handler.CanReadToken(proof) && new JsonWebToken(proof).Kid is { Length: > 0 } keyId ? keyId : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static DecisionProof? Read(JsonWebToken token) =>
        token is { Id.Length: > 0 and <= 200, Subject.Length: > 0 }
        && Guid.TryParse(Text(token, "request_id"), out var request)
        && Decision(Text(token, "decision")) is { } decision
        && Text(token, "subject_iss") is { } issuer
            ? new()
            {
                Id = token.Id,
                TenantId = Text(token, "tenant"),
                RequestId = request,
                Decision = decision,
                Duration = Text(token, "duration"),
                ExpiresAt = token.ValidTo,
                Actor = new()
                {
                    Issuer = issuer,
                    Subject = token.Subject,
                    DisplayName = Text(token, "name"),
                    Roles = [.. token.Claims.Where(claim => claim.Type == "roles").Select(claim => claim.Value)],
                    Country = Text(token, "country"),
                },
            }
            : null;

    private static ApprovalDecision? Decision(string? text) => text switch
    {
        "approve" => ApprovalDecision.Approve,
        "deny" => ApprovalDecision.Deny,
        _ => null,
    };

    private static string? Text(JsonWebToken token, string claim) =>
        token.TryGetPayloadValue<string>(claim, out var value) ? value : null;

    private static DecisionProof Forged() =>
        new() { Refusal = Judgement.Refuse(AccessCodes.ProofForged, "The proof was not made by this platform's gateway, or was changed. Get one from POST /access/decision-proof.") };
}
