using System.Text.Json.Nodes;
using Sovereignty.Evaluation;
using Sovereignty.Evaluation.Publishing;

namespace Sovereignty.Cli.Policy;

/// <summary><c>policy check</c>.</summary>
internal static class CheckRun
{
    private const int Refused = 1;

    public static async Task<int> Run(FileInfo[] files, FileInfo[] against, string? person, bool json, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        var (set, inForce) = (PolicySet.Read(files.Where(file => !GoldenFile.IsOne(file))), PolicySet.Read(against));
        var before = person is null ? inForce.Over(Offline(now)) : await ReadPlatform(person, set, now, cancellationToken);
        PlacedFinding[] findings = [.. inForce.Faults, .. Check(set, before, now), .. files.Where(GoldenFile.IsOne).SelectMany(file => GoldenFile.Check(file.ToString(), now))];
        if (json)
        {
            Console.WriteLine(new JsonObject { ["findings"] = Findings.ToJson(findings), ["refused"] = Findings.IsRefused(findings) }.ToJsonString());
        }
        else
        {
            Findings.Write(findings);
            Console.WriteLine(Findings.Count(findings, files.Length));
        }

        return Findings.IsRefused(findings) ? Refused : 0;
    }

    private static async Task<PolicySnapshot> ReadPlatform(string person, PolicySet set, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var platform = await PlatformPolicies.SignIn(Platform.Load(), person);
        return await platform.Read(now, set.Levels, cancellationToken);
    }

    /// <summary>All findings; those that keep a file from being read alone where there are any.</summary>
    public static IReadOnlyList<PlacedFinding> Check(PolicySet set, PolicySnapshot before, DateTimeOffset now) =>
        set.Faults is { Count: > 0 } faults
            ? faults
            : [.. PublishingChecks.Check(before, set.ToPublication(before), now).Select(set.Locate)];

    /// <summary>The shipped facts and rules, and the regions of providers; no policies.</summary>
    public static PolicySnapshot Offline(DateTimeOffset now) => new(epoch: 0, now, [], RegionCatalogue.Regions, SeedData.LegalFacts, SeedData.ClassificationRules);
}
