using Sovereignty.Contracts.Residency;
using Sovereignty.Contracts.Access;

namespace Sovereignty.Evaluation.Access;

/// <summary>
/// Transfers of personal data out of a group of countries (GDPR chapter V): each destination outside is covered until the
/// end of the access by a decision of adequacy, or by the mechanism that the requester names.
/// </summary>
public static class Transfer
{
    private const int MaxReference = 200;

    public static IEnumerable<AccessFinding> Findings(AccessQuestion question)
    {
        if (!question.IsRestricted || question.Source is not { } source)
        {
            return [];
        }

        return
            from condition in question.Snapshot.Facts
            where condition.Kind == LegalFactKinds.TransferMechanism && condition.IsInForce(question.Snapshot.AsOf) && condition.BeginsIn(source.Country, question.Snapshot)
            from destination in question.Destinations
            where !condition.BeginsIn(destination, question.Snapshot)
            select Cover(question, condition, source.Country, destination);
    }

    private static AccessFinding Cover(AccessQuestion question, LegalFact condition, string from, string destination)
    {
        var decisions = LegalFacts.Adequacy(question.Snapshot, from, destination).ToArray();
        var adequacy = decisions.FirstOrDefault(fact => !fact.CertifiedOnly);
        var certified = decisions.FirstOrDefault(fact => fact.CertifiedOnly);

        if (adequacy is not null && !EndsTooEarly(adequacy.EndsAt(), question))
        {
            var within = adequacy.Scope is { } scope ? $" for {scope}: see that the recipient is one" : "";
            return new(Effect.Permit, AccessCodes.Permitted, $"{adequacy.Instrument} covers {destination}{within}.", adequacy) { Until = adequacy.EndsAt() };
        }

        var judged = question.Asked.Mechanism is { } mechanism
            ? Judge(question, condition, certified, destination, mechanism)
            : new(Effect.Silent, AccessCodes.MechanismMissing, Missing(condition, adequacy, certified, destination), [condition, .. Known(adequacy), .. Known(certified)]);

        // Adequacy that ends during the access still covers a shorter one, perhaps longer than the mechanism does.
        return judged.Effect is not Effect.Permit && adequacy is not null && !(judged.Until > adequacy.EndsAt())
            ? judged with { Until = adequacy.EndsAt() }
            : judged;
    }

    private static AccessFinding Judge(AccessQuestion question, LegalFact condition, LegalFact? certified, string destination, TransferMechanism mechanism)
    {
        var byCertificate = mechanism.Kind is TransferMechanismKind.Certification;
        if (byCertificate && certified is null)
        {
            return Invalid($"No decision covers certified recipients in {destination}; name standard contractual clauses, binding corporate rules or a derogation.", condition);
        }

        LegalFact[] facts = byCertificate ? [certified!] : [condition];
        if (!Enum.IsDefined(mechanism.Kind) || string.IsNullOrWhiteSpace(mechanism.Reference) || mechanism.Reference.Length > MaxReference)
        {
            return Invalid($"The mechanism for {destination} has no known kind or no reference; give the kind and a reference of 1 to {MaxReference} characters by which it can be found.", facts);
        }

        var until = byCertificate && certified!.EndsAt() is { } end && end < mechanism.ValidUntil ? end : mechanism.ValidUntil;
        return EndsTooEarly(until, question)
            ? Invalid($"The mechanism for {destination} holds until {Moment(until)} and the access would end at {Moment(question.End)}; ask for a shorter access or name one that holds longer.", facts) with { Until = until }
            : new(Effect.Permit, AccessCodes.Permitted, $"The {NameOf(mechanism.Kind)} named cover {destination} ({facts[0].Instrument}).", facts) { Until = until };
    }

    private static AccessFinding Invalid(string sentence, params LegalFact[] facts) => new(Effect.Silent, AccessCodes.MechanismInvalid, sentence, facts);

    private static bool EndsTooEarly(DateTimeOffset? before, AccessQuestion question) => before < question.End;

    private static string Missing(LegalFact condition, LegalFact? adequacy, LegalFact? certified, string destination)
    {
        var known = (adequacy, certified) switch
        {
            (not null, _) when adequacy.EndsAt() is { } end => $"{adequacy.Instrument} covers {destination} only until {Moment(end)}",
            (_, not null) => $"{certified.Instrument} covers certified recipients in {destination} alone",
            _ => $"no decision of adequacy covers {destination}",
        };
        var certification = certified is null ? "" : "the recipient's certification, ";
        return $"{condition.Instrument} ask for a transfer mechanism and {known}; name {certification}standard contractual clauses, binding corporate rules or a derogation.";
    }

    private static LegalFact[] Known(LegalFact? fact) => fact is null ? [] : [fact];

    private static string NameOf(TransferMechanismKind kind) => kind switch
    {
        TransferMechanismKind.Scc => "standard contractual clauses",
        TransferMechanismKind.Bcr => "binding corporate rules",
        TransferMechanismKind.Derogation => "grounds of derogation",
        _ => "recipient's certificates",
    };

    private static string Moment(DateTimeOffset moment) => moment.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
