namespace Sovereignty.AuditService.Indexing;

/// <summary>How far the search table follows the log.</summary>
internal sealed class IndexedLog(AuditDatabase database, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits a moment until the search table has what the log has now.</summary>
    /// <returns>Entries below this index are found; entries that the log has in all.</returns>
    public async Task<(long Indexed, long Size)> CatchUp(CancellationToken ct)
    {
        var (indexed, size) = await Read(ct);
        var wanted = size;
        for (var start = time.GetTimestamp(); indexed < wanted && time.GetElapsedTime(start) < Patience; indexed = (await Read(ct)).Indexed)
        {
            await Task.Delay(Pause, time, ct);
        }

        return (indexed, size);
    }

    private async Task<(long Indexed, long Size)> Read(CancellationToken ct)
    {
        await using var command = database.Read.CreateCommand("SELECT i.size, h.size FROM audit.indexed AS i CROSS JOIN audit.head AS h WHERE i.id = 1 AND h.id = 1");
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.GetInt64(0), reader.GetInt64(1)) : throw new InvalidDataException("The log has no head.");
    }
}
