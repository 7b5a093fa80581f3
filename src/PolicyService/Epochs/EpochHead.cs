using Npgsql;

namespace Sovereignty.PolicyService.Epochs;

/// <summary>The newest epoch, without what it is made of.</summary>
internal sealed record EpochHead(long Number, string ContentHash, DateTimeOffset BeganAt, DateTimeOffset? NextBoundary, bool RegionsKnown)
{
    public const string Sql = "SELECT number, content_hash, began_at, next_boundary, regions_known FROM policy.epoch ORDER BY number DESC LIMIT 1";

    public static async Task<EpochHead?> Read(NpgsqlDataReader reader, CancellationToken cancellationToken) =>
        await reader.ReadAsync(cancellationToken)
            ? new(
                reader.GetInt64(0),
                reader.GetString(1),
                reader.GetFieldValue<DateTimeOffset>(2),
                reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3),
                reader.GetBoolean(4))
            : null;
}
