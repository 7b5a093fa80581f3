using System.Text.Json;
using System.Text.Json.Nodes;
using Sovereignty.Cli.Access;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using Sovereignty.Evaluation.Publishing;
using Spectre.Console;

namespace Sovereignty.Cli.Policy;

/// <summary><c>policy diff</c> and <c>policy apply</c>: the files against the running platform.</summary>
internal static class ApplyRun
{
    private const int Refused = 1;
    private const int UsageError = 64;
    private const int Longest = 2_000;

    public static async Task<int> Diff(FileInfo[] files, string person, bool json, CancellationToken cancellationToken)
    {
        var set = PolicySet.Read(files.Where(file => !GoldenFile.IsOne(file)));
        using var platform = await PlatformPolicies.SignIn(Platform.Load(), person);
        var (steps, findings) = await Plan(set, platform, cancellationToken);
        if (json)
        {
            Console.WriteLine(ToJson(steps, findings).ToJsonString());
        }
        else
        {
            Write(steps, findings);
        }

        return Findings.IsRefused(findings) ? Refused : 0;
    }

    public static async Task<int> Apply(FileInfo[] files, string person, bool yes, bool json, CancellationToken cancellationToken)
    {
        var set = PolicySet.Read(files.Where(file => !GoldenFile.IsOne(file)));
        using var platform = await PlatformPolicies.SignIn(Platform.Load(), person);
        var (steps, findings) = await Plan(set, platform, cancellationToken);
        if (!json)
        {
            Write(steps, findings);
        }

        PlanStep[] doing = [.. steps.Where(step => step.Action is not PlanAction.Same)];
        var refused = Findings.IsRefused(findings);
        if (refused || doing is [])
        {
            if (json)
            {
                Console.WriteLine(ToJson(steps, findings, done: []).ToJsonString());
            }
            else
            {
                Console.WriteLine(refused ? "Nothing was changed: mend the errors first." : "Nothing to do: the platform is as the files say.");
            }

            return refused ? Refused : 0;
        }

        if (!yes)
        {
            if (json || Console.IsInputRedirected || Console.IsOutputRedirected)
            {
                Console.Error.WriteLine("Nothing was changed: there is nobody to ask here. Say --yes to do it without asking.");
                return UsageError;
            }

            if (!await AnsiConsole.ConfirmAsync($"Change {doing.Length} as {person}?", defaultValue: false, cancellationToken))
            {
                Console.WriteLine("Nothing was changed.");
                return 0;
            }
        }

        return await Do(doing, steps, findings, platform, json, cancellationToken);
    }

    private static async Task<int> Do(
        PlanStep[] doing, IReadOnlyList<PlanStep> steps, IReadOnlyList<PlacedFinding> findings, PlatformPolicies platform, bool json, CancellationToken cancellationToken)
    {
        var done = new List<string>();
        foreach (var step in doing)
        {
            try
            {
                var answer = await Do(step, platform, cancellationToken);
                done.Add(step.Name);
                if (!json)
                {
                    Console.WriteLine(Words.Line($"{step.Name}: version {answer.GetProperty("version")} is published.", Longest));
                }
            }
            catch (RefusedException exception)
            {
                if (json)
                {
                    Console.WriteLine(ToJson(steps, findings, done).ToJsonString());
                }

                throw new RefusedException($"{step.Name}: {exception.Message}\n{done.Count} of {doing.Length} were published before that and stay. Mend it and apply again: what is published is not repeated.");
            }
        }

        Console.WriteLine(json ? ToJson(steps, findings, done).ToJsonString() : $"{done.Count} published, {steps.Count - done.Count} were as the files say.");
        return 0;
    }

    private static Task<JsonElement> Do(PlanStep step, PlatformPolicies platform, CancellationToken cancellationToken) => step.Item switch
    {
        LegalFact fact => platform.Record(fact, cancellationToken),
        ClassificationRule rule => platform.Set(rule, cancellationToken),
        PolicyRequest policy when step.Stands is { } stands => platform.PublishNext(stands.Id, stands.Version, policy, cancellationToken),
        PolicyRequest policy => platform.Publish(policy, cancellationToken),
        var other => throw new InvalidOperationException($"{other.GetType().Name} is nothing that is published."),
    };

    private static async Task<(IReadOnlyList<PlanStep> Steps, IReadOnlyList<PlacedFinding> Findings)> Plan(PolicySet set, PlatformPolicies platform, CancellationToken cancellationToken)
    {
        if (set.Faults is { Count: > 0 } faults)
        {
            return ([], faults);
        }

        var now = TimeProvider.System.GetUtcNow();
        var before = await platform.Read(now, set.Levels, cancellationToken);
        var findings = CheckRun.Check(set, before, now);

        // A policy that lacks what it needs cannot be compared; its fault says so.
        return Findings.IsRefused(findings) ? ([], findings) : (PolicyPlan.Of(set.ToPublication(before), before), findings);
    }

    private static void Write(IReadOnlyList<PlanStep> steps, IReadOnlyList<PlacedFinding> findings)
    {
        foreach (var step in steps.OrderByDescending(step => step.Action))
        {
            var (color, mark) = step.Action switch { PlanAction.New => ("green", "+"), PlanAction.Change => ("yellow", "~"), _ => ("grey", "=") };
            Findings.WriteLine(color, Words.Line($"{mark} {step.Name}", Longest));
            foreach (var member in step.Members)
            {
                Findings.WriteLine("yellow", "    " + Words.Line($"{member.Member}: {member.From ?? "none"} -> {member.To ?? "none"}", Longest));
            }
        }

        Findings.Write(findings);
        if (steps.Count > 0)
        {
            int Of(PlanAction action) => steps.Count(step => step.Action == action);
            Console.WriteLine($"{Of(PlanAction.New)} new, {Of(PlanAction.Change)} changed, {Of(PlanAction.Same)} the same");
        }
    }

    private static JsonObject ToJson(IReadOnlyList<PlanStep> steps, IReadOnlyList<PlacedFinding> findings, IReadOnlyList<string>? done = null)
    {
        var json = new JsonObject
        {
            ["steps"] = new JsonArray([.. steps.Select(step => JsonSerializer.SerializeToNode(
                new { step.Action, step.Name, step.Place, PolicyId = step.Stands?.Id, step.Members }, ContractJson.Options))]),
            ["findings"] = Findings.ToJson(findings),
            ["refused"] = Findings.IsRefused(findings),
        };
        if (done is not null)
        {
            json["done"] = JsonSerializer.SerializeToNode(done);
        }

        return json;
    }
}
