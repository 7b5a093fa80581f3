using Sovereignty.Contracts.Data;

namespace Sovereignty.Evaluation.Tests.Table;

/// <summary>Table and interpreter, asked everything that can be asked of a snapshot.</summary>
internal static class TableEquality
{
    public static void Hold(PolicySnapshot snapshot) => Hold(
        snapshot,
        [.. snapshot.Policies.Select(policy => policy.Policy.TenantId).OfType<string>().Append("nobody").Distinct()],
        [.. snapshot.Policies.Select(policy => policy.Policy.DataType).Concat(snapshot.Facts.SelectMany(fact => fact.DataTypes)).OfType<string>().Append("anything").Distinct()]);

    public static void Hold(PolicySnapshot snapshot, string[] tenants, string[] types)
    {
        string[] regions = [.. snapshot.Regions.Select(region => region.Code), "eu-west-9", "aws-global"];
        var cells =
            from tenant in tenants
            from type in types
            from level in Enum.GetValues<ClassificationLevel>().Select(level => (ClassificationLevel?)level).Append(null)
            from origin in Origins(snapshot)
            select new PlacementCell(tenant, type, level, origin);
        foreach (var cell in cells)
        {
            var (expected, actual) = (new Interpreter(snapshot, cell), snapshot.Table.Find(cell));
            Assert.Same(expected.Policy, actual.Policy);
            Assert.Equal(expected.Facts, actual.Facts);
            Assert.Equal(expected.Obligations, actual.Obligations);
            foreach (var copy in Enum.GetValues<CopyKind>())
            {
                foreach (var region in regions)
                {
                    if (expected.Judge(copy, region) != actual.Judge(copy, region))
                    {
                        Assert.Fail($"{cell} {copy} {region}: {expected.Judge(copy, region)} is not {actual.Judge(copy, region)}");
                    }
                }

                Assert.Equal(expected.Permitted(copy), actual.Permitted(copy));
            }
        }
    }

    private static IEnumerable<string?> Origins(PolicySnapshot snapshot) =>
        snapshot.Facts.SelectMany(fact => new[] { fact.Country, fact.From, fact.To })
            .Concat(snapshot.Facts.SelectMany(fact => fact.Members).Select(member => member.Country))
            .Append("AQ")
            .Append(null)
            .Distinct();
}
