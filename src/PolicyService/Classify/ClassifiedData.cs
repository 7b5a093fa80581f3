using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;

namespace Sovereignty.PolicyService.Classify;

/// <summary>The level of some data from a moment on.</summary>
internal sealed record ClassifiedData(
    string TenantId, string DataId, int Version, string DataType, ClassificationLevel Level, DateTimeOffset ClassifiedAt, Actor ClassifiedBy)
{
    public string OrderKey => $"{TenantId}/{DataId}";

    public DataClassified ToEvent(ClassificationLevel? previous) => new()
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
