using Sovereignty.Contracts.Access;
using Sovereignty.PolicyService.Evaluation;

namespace Sovereignty.PolicyService.Validate;

/// <summary>
/// Transfers of personal data out of a group of countries (GDPR chapter V): each destination outside is covered until the
/// end of the access by a decision of adequacy, or by the mechanism that the requester names.
/// </summary>
internal static class Transfer
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
            where condition.Kind == LegalFact.TransferMechanism && condition.IsInForce(question.Now) && condition.BeginsIn(source.Country, question.Snapshot, question.Now)
            from destination in question.Destinations
            where !condition.BeginsIn(destination, question.Snapshot, question.Now)
            select Cover(question, condition, source.Country, destination);
    }

    private static AccessFinding Cover(AccessQuestion question, LegalFact condition, string from, string destination)
    {
        var decisions = question.Snapshot.Facts
            .Where(fact => fact.Kind == LegalFact.Adequacy && fact.To == destination && fact.IsInForce(question.Now) && fact.BeginsIn(from, question.Snapshot, question.Now))
            .OrderByDescending(fact => fact.ValidBefore ?? DateTimeOffset.MaxValue)
            .ToArray();
        var adequacy = decisions.FirstOrDefault(fact => !fact.CertifiedOnly);
        var certified = decisions.FirstOrDefault(fact => fact.CertifiedOnly);

        if (adequacy is not null && !EndsTooEarly(adequacy.ValidBefore, question))
        {
            var within = adequacy.Scope is { } scope ? $" for {scope}: see that the recipient is one" : "";
            return new(Effect.Permit, AccessCodes.Permitted, $"{adequacy.Instrument} covers {destination}{within}.", adequacy) { Until = adequacy.ValidBefore };
        }

        var judged = question.Asked.Mechanism is { } mechanism
            ? Judge(question, condition, certified, destination, mechanism)
            : new(Effect.Silent, AccessCodes.MechanismMissing, Missing(condition, adequacy, certified, destination), [condition, .. Known(adequacy), .. Known(certified)]);

        // Adequacy that ends during the access still covers a shorter one, perhaps longer than the mechanism does.
        return judged.Effect is not Effect.Permit && adequacy is not null && !(judged.Until > adequacy.ValidBefore)
            ? judged with { Until = adequacy.ValidBefore }
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

        var until = byCertificate && certified!.ValidBefore < mechanism.ValidUntil ? certified.ValidBefore.Value : mechanism.ValidUntil;
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
            ({ ValidBefore: { } end }, _) => $"{adequacy.Instrument} covers {destination} only until {Moment(end)}",
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
