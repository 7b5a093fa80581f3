using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using Sovereignty.Evaluation.Packs;
using Sovereignty.Evaluation.Publishing;

namespace Sovereignty.Cli.Policy;

/// <summary>Several policy files taken together. Places in it are <c>FILE#POINTER</c>.</summary>
internal sealed class PolicySet
{
    private readonly IReadOnlyList<(string Path, StrictJson<PolicyFile> File)> _files;

    private PolicySet(IReadOnlyList<(string Path, StrictJson<PolicyFile> File)> files) => _files = files;

    /// <summary>What keeps the files from being read; empty where nothing does.</summary>
    public IReadOnlyList<PlacedFinding> Faults =>
    [
        .. _files.SelectMany(file => file.File.Faults.Select(fault => new PlacedFinding(
            file.Path,
            fault.Position,
            new(FindingKinds.Fault, FindingSeverity.Refuse, fault.Place, PlacedFinding.Sentence(fault.Place, fault.Message))))),
    ];

    /// <summary>What its policies are for.</summary>
    public IReadOnlySet<(string? TenantId, string? DataType)> Levels => Items(file => file.Policies, "policies").Select(policy => (policy.Item.TenantId, policy.Item.DataType)).ToHashSet();

    public static PolicySet Read(IEnumerable<FileInfo> files) => Of([.. files.Select(file => (file.ToString(), File.ReadAllBytes(file.FullName)))]);

    public static PolicySet Of(IReadOnlyList<(string Path, byte[] Text)> files) =>
        new([.. files.Select(file => (file.Path, StrictJson<PolicyFile>.Read(file.Text)))]);

    /// <summary>What is to be published, each policy as the next version of the one it stands for.</summary>
    public Publication ToPublication(PolicySnapshot before) =>
        Publication.Of(Items(file => file.Policies, "policies"), Items(file => file.Facts, "facts"), Items(file => file.Rules, "rules"), before);

    /// <summary>The same world with the files in force.</summary>
    public PolicySnapshot Over(PolicySnapshot world)
    {
        LegalFact[] facts = [.. Items(file => file.Facts, "facts").Select(fact => fact.Item).DistinctBy(fact => fact.Id)];
        ClassificationRule[] rules = [.. Items(file => file.Rules, "rules").Select(rule => rule.Item).DistinctBy(rule => rule.Level)];
        return new(
            world.Epoch,
            world.AsOf,
            [.. world.Policies, .. Items(file => file.Policies, "policies").Select((policy, i) => new PublishedPolicy(policy.Item.ToPolicy(new Guid(0, (short)(i + 1), 0, new byte[8]), version: 1)))],
            world.Regions,
            world.Facts.ExceptBy(facts.Select(fact => fact.Id), fact => fact.Id).Concat(facts),
            world.Rules.ExceptBy(rules.Select(rule => rule.Level), rule => rule.Level).Concat(rules));
    }

    /// <summary>A finding with the file, line and column that its place stands at.</summary>
    public PlacedFinding Locate(PublishingFinding finding)
    {
        var mark = finding.Place.LastIndexOf('#');
        var (path, pointer) = (finding.Place[..mark], finding.Place[(mark + 1)..]);
        return new(path, _files.First(file => file.Path == path).File.Find(pointer), finding with { Place = pointer });
    }

    private IReadOnlyList<(T Item, string Place)> Items<T>(Func<PolicyFile, IReadOnlyList<T>> section, string name) =>
        [.. _files.Where(file => file.File.Value is not null).SelectMany(file => section(file.File.Value!).Select((item, i) => (item, $"{file.Path}#/{name}/{i}")))];
}

/// <summary>A finding and where it stands.</summary>
internal sealed record PlacedFinding(string File, FilePosition Position, PublishingFinding Finding)
{
    /// <summary>A fault that begins with what it says of its place, with the place's name before it.</summary>
    public static string Sentence(string place, string message) =>
        place.LastIndexOf('/') is >= 0 and var last && char.IsAsciiLetterLower(message[0])
            ? $"{(int.TryParse(place[(last + 1)..], out _) ? place[1..] : place[(last + 1)..])} {message}"
            : message;
}
