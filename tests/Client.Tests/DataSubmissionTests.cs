using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.Options;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Evaluation;

namespace Sovereignty.Client.Tests;

public sealed class DataSubmissionTests
{
    private static readonly DataPlacement Data = new()
    {
        DataId = "data-1",
        DataType = "customer-profile",
        Classification = "identity",
        OriginCountry = "DE",
        PrimaryRegion = "eu-central-1",
        ReplicaRegions = ["eu-west-1"],
    };

    private static readonly Gen<string> GenText = Gen.OneOf(Gen.Char['a', 'e'].Array[1, 3].Select(text => new string(text)), Gen.Int[0, 3].Select(i => new[] { "ä", "<&>\"'+", "\\", "𝄞" }[i]));

    [Fact]
    public async Task A_decision_about_other_content_of_the_same_id_is_no_answer()
    {
        // Nobody listens there: what is heard comes from the test alone.
        var options = Options.Create(new SovereigntyOptions { TenantId = "acme", Broker = new("amqp://guest:guest@127.0.0.1:1/none") });
        await using var submission = new DataSubmission(options, TimeProvider.System);
        var asked = submission.Submit(Data, CancellationToken.None);
        submission.Hear(Decided(Data with { PrimaryRegion = "us-east-1" }, 1));
        submission.Hear(Decided(Data, 2));
        Assert.Equal(2, (await asked).Epoch);
    }

    [Fact]
    public async Task An_input_that_could_not_be_read_is_answered_without_a_hash()
    {
        var options = Options.Create(new SovereigntyOptions { TenantId = "acme", Broker = new("amqp://guest:guest@127.0.0.1:1/none") });
        await using var submission = new DataSubmission(options, TimeProvider.System);
        var asked = submission.Submit(Data, CancellationToken.None);
        submission.Hear(Decided(Data, 3, isRead: false));
        Assert.Equal(3, (await asked).Epoch);
    }

    [Fact]
    public void The_hash_is_that_which_a_decision_names() => Property.Holds(
        from texts in GenText.Array[5]
        from country in Gen.Bool
        from replicas in GenText.Array[0, 4]
        from backups in GenText.Array[0, 4]
        from epoch in Gen.Int[-1, 3]
        select new Placement
        {
            TenantId = "acme",
            DataId = texts[0],
            DataType = texts[1],
            Classification = texts[2],
            OriginCountry = country ? texts[3] : null,
            PrimaryRegion = texts[4],
            ReplicaRegions = replicas,
            BackupRegions = backups,
            MinimumEpoch = epoch < 0 ? null : epoch,
        },
        placement => placement.Hash() == new DataPlacement
        {
            DataId = placement.DataId,
            DataType = placement.DataType,
            Classification = placement.Classification!,
            OriginCountry = placement.OriginCountry,
            PrimaryRegion = placement.PrimaryRegion,
            ReplicaRegions = placement.ReplicaRegions,
            BackupRegions = placement.BackupRegions,
            MinimumEpoch = placement.MinimumEpoch,
        }.Hash("acme"));

    private static byte[] Decided(DataPlacement data, long epoch, bool isRead = true) => JsonSerializer.SerializeToUtf8Bytes(
        new Decision
        {
            DataId = data.DataId,
            TenantId = "acme",
            Outcome = DecisionOutcome.Allow,
            Code = ReasonCodes.Compliant,
            Message = "Decided.",
            Epoch = epoch,
            InputHash = isRead ? data.Hash("acme") : null,
        },
        ContractJson.Options);
}
