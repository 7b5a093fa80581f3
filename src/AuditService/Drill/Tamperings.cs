using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Drill;

/// <summary>The ways to falsify the log that are tried.</summary>
internal static class Tamperings
{
    public static IReadOnlyList<Tampering> All { get; } =
    [
        new("edit an entry", (thief, ct) => thief.ReplaceEntry(Edited(thief), ct)),
        new("edit an entry, rebuild the tree", async (thief, ct) =>
        {
            await thief.ReplaceEntry(Edited(thief), ct);
            await thief.Rebuild(withKey: false, ct);
        }),
        new("edit a body", (thief, ct) =>
            thief.Do("UPDATE audit.entries SET sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1) WHERE index = $1", ct, thief.Loot.Target)),
        new("delete an entry", (thief, ct) => thief.Remove(thief.Loot.Target, thief.Loot.Target + 1, ct)),
        new("suppress an entry, renumber, rebuild", async (thief, ct) =>
        {
            await thief.Remove(thief.Loot.Target, thief.Loot.Target + 1, ct);
            await thief.Move(thief.Loot.Target + 1, thief.Loot.Size, -1, ct);
            await thief.Rebuild(withKey: false, ct);
        }),
        new("insert an entry where one is", (thief, ct) => thief.CopyTarget(thief.Loot.Target, ct)),
        new("insert an entry, renumber, rebuild", async (thief, ct) =>
        {
            await thief.Move(thief.Loot.Target + 1, thief.Loot.Size, 1, ct);
            await thief.CopyTarget(thief.Loot.Target + 1, ct);
            await thief.Rebuild(withKey: false, ct);
        }),
        new("insert an entry past the head", (thief, ct) =>
            thief.Do("INSERT INTO audit.entries (index, entry, leaf_hash, sealed) SELECT $2, entry, leaf_hash, sealed FROM audit.entries WHERE index = $1", ct, thief.Loot.Target, thief.Loot.Size)),
        new("reorder two entries", async (thief, ct) =>
        {
            var (first, second, aside) = (thief.Loot.Target, thief.Loot.Target + 1, thief.Loot.Size);
            await thief.Move(first, second, aside - first, ct);
            await thief.Move(second, second + 1, -1, ct);
            await thief.Move(aside, aside + 1, second - aside, ct);
        }),
        new("truncate a partition", (thief, ct) => thief.Do($"TRUNCATE {thief.Loot.Partition}", ct)),
        new("detach a partition", (thief, ct) => thief.Do($"ALTER TABLE audit.entries DETACH PARTITION {thief.Loot.Partition}", ct)),
        new("drop a partition", (thief, ct) => thief.Do($"DROP TABLE {thief.Loot.Partition}", ct)),
        new("shrink the head", (thief, ct) => thief.Do("UPDATE audit.head SET size = size - 1", ct)),
        new("grow the head", (thief, ct) => thief.Do("UPDATE audit.head SET size = size + 1", ct)),
        new("edit a tile", async (thief, ct) =>
        {
            var tile = Math.Max(0, Math.Min(thief.Loot.Target, ((thief.Loot.Size / Tile.Width) * Tile.Width) - 1)) / Tile.Width;
            await thief.Do("UPDATE audit.tiles SET hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1) WHERE level = 0 AND index = $1", ct, tile);
        }, LeastSize: Tile.Width),
        new("edit the search table", (thief, ct) =>
            thief.Do("UPDATE audit.search SET tenant = 'another', user_token = gen_random_uuid() WHERE index = $1", ct, thief.Loot.Target)),
        new("wind the search table back", (thief, ct) => thief.Do("UPDATE audit.indexed SET size = $1", ct, thief.Loot.Target)),
        new("edit the list of messages", (thief, ct) =>
            thief.Do("UPDATE audit.messages SET body_tag = gen_random_uuid() WHERE index = $1", ct, thief.Loot.Target)),
        new("add to the list of messages", (thief, ct) =>
            thief.Do("INSERT INTO audit.messages (message_key, body_tag, index) VALUES (gen_random_uuid(), gen_random_uuid(), $1)", ct, thief.Loot.Target)),
        new("edit a checkpoint", (thief, ct) =>
            thief.Do("UPDATE audit.checkpoints SET note = replace(note, E'\\n' || size || E'\\n', E'\\n' || size + 1 || E'\\n') WHERE size = $1", ct, thief.Loot.BackupSize)),
        new("roll back to a backup", (thief, ct) => thief.RollBack(ct)),
        new("roll back, checkpoint file too", async (thief, ct) =>
        {
            await thief.RollBack(ct);
            await thief.RollBackFile(ct);
        }),
        new("fork with the stolen signing key", async (thief, ct) =>
        {
            await thief.ReplaceBody(ct);
            await thief.Rebuild(withKey: true, ct);
        }),
    ];

    private static LogEntry Edited(Thief thief) => thief.Loot.Entry with { Source = "somebody-else" };
}
