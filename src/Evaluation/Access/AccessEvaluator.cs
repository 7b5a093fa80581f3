using System.Xml;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Access;

/// <summary>
/// Whether data may be seen across a border, by the snapshot that decides where it may be. Every rule is asked; what they
/// say combines as forbid &gt; unknown &gt; not permitted &gt; permit, in whatever order policies and facts stand.
/// </summary>
public static class AccessEvaluator
{
    public static Actor Actor { get; } = Actor.Service("policy-service");

    public static AccessValidated Validate(PolicySnapshot snapshot, KnownAccessData? data, ValidateAccess asked)
    {
        var (question, invalid) = AccessQuestion.Read(snapshot, data, asked);
        if (question is null)
        {
            return Answer(snapshot, asked, AccessCodes.InputInvalid, invalid!.Message);
        }

        AccessFinding[] transfers = [.. Transfer.Findings(question)];
        AccessFinding[] refusals = [.. AccessRules.Refusals(question).Concat(transfers).Where(finding => finding.Effect is not Effect.Permit).OrderBy(finding => finding.Effect)];
        var answer = refusals is [var first, ..]
            ? Answer(snapshot, asked, first.Code, Explain(first, refusals))
            : Answer(snapshot, asked, AccessCodes.Permitted, ExplainYes(question, transfers)) with { Permitted = true };

        return answer with
        {
            SourceCountry = question.Source?.Country,
            DataType = data?.DataType,
            Classification = data?.Level,
            CrossBorder = question.CrossBorder,
            LongestDuration = LongestDuration(question, refusals, transfers),
            PolicyId = question.Policy?.Id,
            PolicyVersion = question.Policy?.Version,
            Citations = Cite(refusals is [] ? transfers : refusals),
        };
    }

    private static AccessValidated Answer(PolicySnapshot snapshot, ValidateAccess asked, string code, string reason) => new()
    {
        OccurredAt = snapshot.AsOf,
        TenantId = asked.TenantId,
        Actor = Actor,
        RequestId = asked.RequestId,
        Attempt = asked.Attempt,
        DataId = asked.DataId ?? "",
        SourceRegion = asked.SourceRegion ?? "",
        TargetRegion = asked.TargetRegion ?? "",
        Permitted = false,
        Code = code,
        Reason = reason,
        Epoch = snapshot.Epoch,
    };

    private static string Explain(AccessFinding reason, IEnumerable<AccessFinding> refusals)
    {
        var others = refusals.Select(refusal => refusal.Code).Where(code => code != reason.Code).Distinct().ToArray();
        return others is [] ? reason.Sentence : $"{reason.Sentence} In the way too: {string.Join(", ", others)}.";
    }

    private static string ExplainYes(AccessQuestion question, AccessFinding[] transfers)
    {
        var source = question.Source!.Country;
        var who = question switch
        {
            { StaysInCountry: true } => $"No border is crossed, all is in {source}: it is granted by rule.",
            { CrossBorder: CrossBorderRule.Restricted } => $"The data is restricted: approvers of {source} decide.",
            { CrossBorder: CrossBorderRule.AllowedWithLogging } => "It is granted by rule, and each use is logged.",
            _ => "It is granted by rule.",
        };
        var covers = string.Concat(transfers.Select(transfer => $" {transfer.Sentence}"));
        return $"{PolicySelection.DefaultNote(question.Policy, question.Asked.TenantId, question.Data!.DataType)}{who}{covers}";
    }

    /// <summary>Null where not even a short access could be granted.</summary>
    private static string? LongestDuration(AccessQuestion question, AccessFinding[] refusals, AccessFinding[] transfers)
    {
        if (question.LongestAccess is not { } longest || !refusals.All(refusal => refusal.ShorterWouldDo))
        {
            return null;
        }

        foreach (var transfer in transfers)
        {
            if (transfer.Until - question.Asked.Start is { } covered && covered < longest)
            {
                longest = covered;
            }
        }

        return longest > TimeSpan.Zero ? XmlConvert.ToString(longest) : null;
    }

    private static Citation[] Cite(IEnumerable<AccessFinding> findings) =>
    [
        .. findings.SelectMany(finding => finding.Facts)
            .DistinctBy(fact => fact.Id)
            .OrderBy(fact => fact.Id, StringComparer.Ordinal)
            .Select(fact => new Citation { FactId = fact.Id, Instrument = fact.Instrument }),
    ];
}
