using Sovereignty.Evaluation;

namespace Sovereignty.Evaluation.Tests;

public sealed class PlacementTests
{
    private static readonly PlacementInput Valid = new()
    {
        TenantId = "acme",
        DataId = "d-1",
        DataType = "profile",
        Classification = "identity",
        OriginCountry = "DE",
        PrimaryRegion = "eu-central-1",
        ReplicaRegions = ["eu-west-1", "eu-west-3"],
        BackupRegions = ["eu-north-1"],
    };

    [Fact]
    public void A_valid_input_is_read_whole()
    {
        var (placement, invalid) = Placement.Read(Valid);

        Assert.Null(invalid);
        Assert.Equal("eu-central-1", placement!.PrimaryRegion);
        Assert.Equal([(CopyKind.Primary, "eu-central-1"), (CopyKind.Replica, "eu-west-1"), (CopyKind.Replica, "eu-west-3"), (CopyKind.Backup, "eu-north-1")], placement.Copies());
    }

    public static TheoryData<string, string> Faults => new()
    {
        { "tenantId", "missing" }, { "tenantId", "long" }, { "dataId", "missing" }, { "dataId", "blank" }, { "dataId", "long" }, { "dataId", "nul" },
        { "dataId", "surrogate" }, { "dataType", "missing" }, { "dataType", "long" }, { "originCountry", "unknown" }, { "originCountry", "lower" },
        { "primaryRegion", "missing" }, { "replicaRegions[1]", "null" }, { "backupRegions[0]", "blank" }, { "replicaRegions", "many" }, { "minimumEpoch", "negative" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void An_invalid_field_is_named(string field, string fault)
    {
        var input = (field, fault) switch
        {
            ("tenantId", "missing") => Valid with { TenantId = null },
            ("tenantId", _) => Valid with { TenantId = new string('t', 101) },
            ("dataId", "missing") => Valid with { DataId = null },
            ("dataId", "blank") => Valid with { DataId = " " },
            ("dataId", "long") => Valid with { DataId = new string('d', 201) },
            ("dataId", "nul") => Valid with { DataId = "d\0" },
            ("dataId", _) => Valid with { DataId = "d\ud83d" },
            ("dataType", "missing") => Valid with { DataType = "" },
            ("dataType", _) => Valid with { DataType = new string('d', 101) },
            ("originCountry", "unknown") => Valid with { OriginCountry = "XX" },
            ("originCountry", _) => Valid with { OriginCountry = "de" },
            ("primaryRegion", _) => Valid with { PrimaryRegion = null },
            ("replicaRegions[1]", _) => Valid with { ReplicaRegions = ["eu-west-1", null] },
            ("backupRegions[0]", _) => Valid with { BackupRegions = [""] },
            ("replicaRegions", _) => Valid with { ReplicaRegions = [.. Enumerable.Range(0, 49).Select(i => $"r-{i}")] },
            _ => Valid with { MinimumEpoch = -1 },
        };

        var (placement, invalid) = Placement.Read(input);

        Assert.Null(placement);
        Assert.Equal(field, invalid!.Field);
        Assert.StartsWith(field, invalid.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_limits_themselves_are_valid()
    {
        var input = Valid with
        {
            DataId = new string('d', 200),
            DataType = new string('t', 100),
            ReplicaRegions = [.. Enumerable.Range(0, 48).Select(i => $"r-{i}")],
        };

        Assert.Null(Placement.Read(input).Invalid);
        Assert.Null(Placement.Read(Valid with { DataId = "Grüße 😀", ReplicaRegions = null, BackupRegions = null, OriginCountry = null, Classification = null }).Invalid);
    }

    [Fact]
    public void The_hash_is_of_the_content_whatever_the_order_of_its_sets()
    {
        var hash = Hash(Valid);

        Assert.Matches("^[0-9a-f]{64}$", hash);
        Assert.Equal(hash, Hash(Valid with { ReplicaRegions = ["eu-west-3", "eu-west-1", "eu-west-3"] }));
    }

    [Fact]
    public void The_hash_differs_wherever_the_content_does()
    {
        PlacementInput[] inputs =
        [
            Valid,
            Valid with { TenantId = "globex" },
            Valid with { DataId = "d-2" },
            Valid with { DataType = "payment" },
            Valid with { Classification = null },
            Valid with { Classification = "content" },
            Valid with { OriginCountry = null },
            Valid with { PrimaryRegion = "eu-west-1" },
            Valid with { ReplicaRegions = ["eu-west-1"] },
            Valid with { BackupRegions = [] },
            Valid with { ReplicaRegions = ["eu-west-1", "eu-west-3", "eu-north-1"], BackupRegions = [] },
            Valid with { MinimumEpoch = 1 },
        ];

        Assert.Equal(inputs.Length, inputs.Select(Hash).Distinct().Count());
    }

    private static string Hash(PlacementInput input) => Placement.Read(input).Placement!.Hash();
}
