using System.Text.Json;

namespace Sovereignty.TransparencyLog.Tests;

public sealed class MerkleProbeTests
{
    private static readonly JsonElement Probes = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "merkle-probes.json"))).RootElement;

    public static TheoryData<string> Inclusion => [.. Probes.GetProperty("inclusion").EnumerateArray().Select(probe => probe.GetProperty("name").GetString()!)];

    public static TheoryData<string> Consistency => [.. Probes.GetProperty("consistency").EnumerateArray().Select(probe => probe.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Inclusion))]
    public void An_inclusion_probe_comes_out_as_it_says(string name)
    {
        var probe = Find("inclusion", name);
        var (leaf, root) = (Hash(probe, "leafHash"), Hash(probe, "root"));
        var proof = Proof(probe);

        var verified = leaf is { } leafHash && root is { } rootHash && proof is not null
            && MerkleProof.VerifyInclusion(Number(probe, "leafIdx"), Number(probe, "treeSize"), leafHash, proof, rootHash);

        Assert.Equal(!probe.GetProperty("wantErr").GetBoolean(), verified);
    }

    [Theory]
    [MemberData(nameof(Consistency))]
    public void A_consistency_probe_comes_out_as_it_says(string name)
    {
        var probe = Find("consistency", name);
        var (oldRoot, newRoot) = (Hash(probe, "root1"), Hash(probe, "root2"));
        var proof = Proof(probe);

        var verified = oldRoot is { } first && newRoot is { } second && proof is not null
            && MerkleProof.VerifyConsistency(Number(probe, "size1"), Number(probe, "size2"), proof, first, second);

        Assert.Equal(!probe.GetProperty("wantErr").GetBoolean(), verified);
    }

    [Fact]
    public void There_are_probes_of_both_outcomes()
    {
        foreach (var kind in new[] { "inclusion", "consistency" })
        {
            var outcomes = Probes.GetProperty(kind).EnumerateArray().Select(probe => probe.GetProperty("wantErr").GetBoolean()).ToList();
            Assert.Contains(true, outcomes);
            Assert.Contains(false, outcomes);
        }
    }

    [Fact]
    public void The_tree_of_eight_leaves_has_the_known_root()
    {
        var inputs = Probes.GetProperty("eightLeafTree").GetProperty("inputsHex").EnumerateArray().Select(input => Convert.FromHexString(input.GetString()!));
        var (edge, _) = Trees.Append(inputs.Select(input => MerkleHash.Leaf(input)));
        var known = Probes.GetProperty("inclusion").EnumerateArray()
            .First(probe => Number(probe, "treeSize") == 8 && !probe.GetProperty("wantErr").GetBoolean());

        Assert.Equal(Hash(known, "root"), edge.Root());
        Assert.Equal("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328", edge.Root().ToString());
    }

    private static JsonElement Find(string kind, string name) =>
        Probes.GetProperty(kind).EnumerateArray().Single(probe => probe.GetProperty("name").GetString() == name);

    private static long Number(JsonElement probe, string name) =>
        probe.GetProperty(name).TryGetInt64(out var number) ? number : -1;

    private static MerkleHash? Hash(JsonElement probe, string name) =>
        StrictBase64.Decode(probe.GetProperty(name).GetString() ?? "") is { Length: MerkleHash.Length } bytes ? new MerkleHash(bytes) : null;

    private static MerkleHash[]? Proof(JsonElement probe)
    {
        var proof = probe.GetProperty("proof");
        if (proof.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        var hashes = proof.EnumerateArray().Select(node => StrictBase64.Decode(node.GetString() ?? "")).ToList();
        return hashes.TrueForAll(bytes => bytes is { Length: MerkleHash.Length }) ? [.. hashes.Select(bytes => new MerkleHash(bytes))] : null;
    }
}
