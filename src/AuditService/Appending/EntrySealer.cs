using Sovereignty.AuditService.Keys;
using Sovereignty.AuditService.Receiving;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Appending;

/// <summary>Makes the entry of a message: reads its facts, commits to its body, seals it. Needs no database; safe for many threads.</summary>
internal sealed class EntrySealer(KeyStore keys, SearchTokens tokens)
{
    private const int LongestHeader = 255;

    public PreparedEntry Prepare(ReceivedMessage message) => Prepare(message, Facts(message));

    /// <summary>The same with a key that is in memory; none is read or made.</summary>
    /// <returns>Null where there is none.</returns>
    public PreparedEntry? PrepareAtOnce(ReceivedMessage message)
    {
        var facts = Facts(message);
        return keys.AtHand(facts.Tenant, facts.ActorIssuer, facts.ActorSubject) is { } key ? Prepare(message, facts, key) : null;
    }

    public PreparedEntry PrepareMalformed(ReceivedMessage message, string reason) =>
        Prepare(message, EventReader.Malformed(messageId: null, reason));

    /// <summary>An alarm is part of an append that others wait for: where its own key is damaged, the platform's takes its place.</summary>
    public PreparedEntry PrepareAlarm(PreparedEntry second, long firstIndex, DateTimeOffset now)
    {
        var alarm = ConflictAlarm.Of(second, tokens.Conflict(second.MessageId, second.BodyTag), firstIndex, now);
        try
        {
            return Prepare(alarm);
        }
        catch (Exception exception) when (KeyStore.IsFailure(exception))
        {
            return Prepare(alarm, Facts(alarm), keys.General(tenant: null));
        }
    }

    private static EventFacts Facts(ReceivedMessage message)
    {
        try
        {
            if (message.Malformed is { } reason)
            {
                return EventReader.Malformed(messageId: null, reason);
            }

            var facts = EventReader.Read(message);

            // A forged event may not take the message id of a genuine one either.
            return facts.Malformed is null && TypeOwners.Problem(facts.Type, message.Source) is { } problem
                ? EventReader.Malformed(messageId: null, problem)
                : facts;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // No key and no disk is in this: whatever it is, it lies in the message and would be so again each time it came.
            return EventReader.Malformed(messageId: null, EventReader.Unreadable);
        }
    }

    private PreparedEntry Prepare(ReceivedMessage message, EventFacts facts) => Prepare(
        message,
        facts,
        facts.ActorIssuer is { } issuer && facts.ActorSubject is { } subject ? keys.ForSubject(facts.Tenant, issuer, subject) : keys.General(facts.Tenant));

    private PreparedEntry Prepare(ReceivedMessage message, EventFacts facts, SubjectKey key)
    {
        var body = message.Body.Span;
        var bodyTag = tokens.Body(body);
        var messageId = facts.MessageId ?? $"hmac-sha256:{Convert.ToHexStringLower(bodyTag)}";
        var (blob, commitment) = key.Seal(body);
        var entry = new LogEntry
        {
            Id = messageId,
            Type = facts.Type,
            Tenant = facts.Tenant,
            Source = Header(message.Source),
            // MassTransit publishes faults itself, with headers of the message that failed.
            Number = EventTypes.IsFault(facts.Type) ? null : message.Number,
            OccurredAt = facts.OccurredAt,
            ReceivedAt = message.ReceivedAt,
            ContentType = Header(message.ContentType),
            Malformed = facts.Malformed,
            KeyId = key.Id,
            Commitment = commitment,
        }.Write() ?? throw new InvalidOperationException("The facts are bounded, so that an entry always fits.");

        return new PreparedEntry
        {
            MessageId = messageId,
            Entry = entry,
            LeafHash = MerkleHash.Leaf(entry),
            Sealed = blob,
            BodyTag = bodyTag,
            Tenant = facts.Tenant,
            Key = MessageKey.Of(messageId, bodyTag),
            IsMalformed = facts.Malformed is not null,
        };
    }

    private static string? Header(string? value) => EventReader.IsText(value, LongestHeader) ? value : null;
}
