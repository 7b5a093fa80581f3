using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Evaluation;
using Sovereignty.Messaging;

namespace Sovereignty.PolicyService.Classify;

/// <summary>The level of some data from a moment on.</summary>
internal sealed record ClassifiedData(
    string TenantId, string DataId, int Version, string DataType, ClassificationLevel Level, DateTimeOffset ClassifiedAt, Actor ClassifiedBy)
{
    /// <summary>Tells that the data has this level now and, where it had another before, on which axes that is stricter.</summary>
    public void Tell(ClassificationLevel? previous, PolicySnapshot snapshot, UnitOfWork unit, PublishOptions options)
    {
        var inOrder = options with { OrderKey = $"{TenantId}/{DataId}" };
        unit.Publish(ToEvent(previous), inOrder);
        if (previous is { } before)
        {
            unit.Publish(
                new DataReclassified
                {
                    OccurredAt = ClassifiedAt,
                    TenantId = TenantId,
                    Actor = ClassifiedBy,
                    DataId = DataId,
                    DataType = DataType,
                    Previous = before,
                    Classification = Level,
                    StricterOn = Strictness.StricterOn(Level, before, TenantId, snapshot),
                    Version = Version,
                },
                inOrder);
        }
    }

    private DataClassified ToEvent(ClassificationLevel? previous) => new()
    {
        OccurredAt = ClassifiedAt,
        TenantId = TenantId,
        Actor = ClassifiedBy,
        DataId = DataId,
        DataType = DataType,
        Classification = Level,
        Previous = previous,
        Version = Version,
    };
}
