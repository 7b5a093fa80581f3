using System.Reflection;
using Sovereignty.Cli.Demo;
using Sovereignty.Contracts.Data;

namespace Sovereignty.Cli.Tests.Demo;

public sealed class ScenarioTests
{
    [Fact]
    public void The_same_seed_gives_the_same_data()
    {
        var (one, two) = (Scenario.Generate("run", 500, seed: 7).ToList(), Scenario.Generate("run", 500, seed: 7).ToList());
        Assert.Equal(one.Select(item => (item.Data.DataId, item.Data.PrimaryRegion, item.Expected)), two.Select(item => (item.Data.DataId, item.Data.PrimaryRegion, item.Expected)));
        Assert.Equal(500, one.Select(item => item.Data.DataId).Distinct().Count());
    }

    [Fact]
    public void Every_expected_answer_is_a_reason_code_and_many_kinds_are_there()
    {
        var codes = typeof(ReasonCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!).ToHashSet();
        var data = Scenario.Generate("run", 100, seed: 1).ToList();
        Assert.All(data, item => Assert.Contains(item.Expected, codes));
        Assert.True(data.Select(item => item.Expected).Distinct().Count() >= 8);
        Assert.Equal(["acme", "globex"], data.Select(item => item.Data.TenantId!).Distinct().Order());
    }
}
