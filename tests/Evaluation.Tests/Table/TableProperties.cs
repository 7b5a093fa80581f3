using System.Text.Json;
using CsCheck;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using Sovereignty.Evaluation.Table;
using static Sovereignty.Evaluation.Tests.RandomWorlds;

namespace Sovereignty.Evaluation.Tests.Table;

/// <summary>The table decides as the interpreter does in any world, and a table of any other world is found out.</summary>
public sealed class TableProperties
{
    [Fact]
    public void The_table_equals_the_interpreter_in_random_worlds() => Equal(DecisionTable.Compile, iterations: 2_500);

    public static TheoryData<string> Mutants => ["policies", "mechanisms", "facts", "adequacy", "levels", "types", "states", "rules", "choices"];

    [Theory]
    [MemberData(nameof(Mutants))]
    public void A_table_that_leaves_something_out_is_found_out(string mutant) => Assert.ThrowsAny<CsCheckException>(() => Equal(
        snapshot => DecisionTable.Compile(new(
            snapshot.Epoch,
            snapshot.AsOf,
            mutant switch
            {
                "policies" => snapshot.Policies.Skip(1),
                "mechanisms" => snapshot.Policies.Select(policy => policy with { Policy = policy.Policy with { Mechanisms = [] } }),
                _ => snapshot.Policies,
            },
            mutant is "states" ? snapshot.Regions.Select(region => region with { State = Contracts.Regions.RegionState.Active }) : snapshot.Regions,
            mutant switch
            {
                "facts" => snapshot.Facts.Skip(1),
                "adequacy" => snapshot.Facts.Where(fact => fact.Kind != LegalFactKinds.Adequacy),
                "levels" => snapshot.Facts.Select(fact => fact with { Levels = [] }),
                "types" => snapshot.Facts.Select(fact => fact with { DataTypes = [] }),
                _ => snapshot.Facts,
            },
            mutant is "rules" ? SeedData.ClassificationRules : snapshot.Rules,
            mutant is "choices" ? [] : snapshot.Retentions)),
        iterations: 1_000));

    private static void Equal(Func<PolicySnapshot, DecisionTable> compile, int iterations) =>
        GenWorld.Sample(
            world =>
            {
                var table = compile(world.Snapshot);
                return world.Placements.All(placement => Equal(world.Snapshot, table, placement));
            },
            iter: iterations, threads: 1);

    private static bool Equal(PolicySnapshot snapshot, DecisionTable table, Placement placement)
    {
        var interpreted = Evaluator.Interpret(snapshot, placement);
        var bare = table.Decide(placement);
        return Text(Evaluator.Decide(snapshot, placement, table.Find(placement.Cell))) == Text(interpreted)
            && (bare.Outcome, bare.Code, bare.Policy?.Id, bare.Policy?.Version) == (interpreted.Outcome, interpreted.Code, interpreted.PolicyId, interpreted.PolicyVersion)
            && (placement.MinimumEpoch > snapshot.Epoch || table.Decide(table.KeyOf(placement)) == bare);
    }

    private static string Text(Decision decision) => JsonSerializer.Serialize(decision, ContractJson.Options);
}
