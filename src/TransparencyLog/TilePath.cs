using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Sovereignty.TransparencyLog;

/// <summary>The path of a tile or an entry bundle, as C2SP tlog-tiles writes it, below the log's prefix.</summary>
/// <param name="Level">The tile level; null for an entry bundle.</param>
/// <param name="Index">Its place within the level, from 0.</param>
/// <param name="Width">Hashes or entries in it: 256, or 1 to 255 for a partial one.</param>
public readonly record struct TilePath(int? Level, long Index, int Width)
{
    private const int HighestLevel = 63;

    /// <summary>How many hashes the incomplete tile at a level has; 0 where there is none.</summary>
    /// <param name="level">The tile level.</param>
    /// <param name="size">Leaves of the tree.</param>
    /// <returns>0 to 255.</returns>
    public static int PartialWidth(int level, long size) => (int)(HashesAt(level, size) % Tile.Width);

    /// <summary>How many hashes a level has.</summary>
    /// <param name="level">The tile level.</param>
    /// <param name="size">Leaves of the tree.</param>
    /// <returns>The number.</returns>
    public static long HashesAt(int level, long size) => level * Tile.Height < 63 ? size >> (level * Tile.Height) : 0;

    /// <summary>The widest form of a tile that a tree of a size has.</summary>
    /// <param name="level">The tile level; null for an entry bundle.</param>
    /// <param name="index">Its place within the level.</param>
    /// <param name="size">Leaves of the tree.</param>
    /// <returns>The tile, or null where the tree has no such tile.</returns>
    public static TilePath? InTree(int? level, long index, long size)
    {
        var hashes = HashesAt(level ?? 0, size);
        return index < hashes / Tile.Width ? new TilePath(level, index, Tile.Width)
            : index == hashes / Tile.Width && hashes % Tile.Width != 0 ? new TilePath(level, index, (int)(hashes % Tile.Width))
            : null;
    }

    /// <summary>Reads a path; only the one canonical form of each is taken.</summary>
    /// <param name="path">For example <c>tile/0/x001/x234/067.p/5</c> or <c>tile/entries/000</c>.</param>
    /// <param name="tile">What it names.</param>
    /// <returns>Whether it is a path.</returns>
    public static bool TryParse([NotNullWhen(true)] string? path, out TilePath tile)
    {
        tile = default;
        if (path is null || path.Length > 200)
        {
            return false;
        }

        var parts = path.Split('/');
        if (parts.Length < 3 || parts[0] != "tile")
        {
            return false;
        }

        int? level = null;
        if (parts[1] != "entries")
        {
            if (!TryNumber(parts[1], HighestLevel, out var number))
            {
                return false;
            }

            level = (int)number;
        }

        var width = Tile.Width;
        var groups = parts.AsSpan(2);
        if (groups.Length >= 2 && groups[^2].EndsWith(".p", StringComparison.Ordinal))
        {
            if (!TryNumber(groups[^1], Tile.Width - 1, out var number) || number == 0)
            {
                return false;
            }

            width = (int)number;
            groups[^2] = groups[^2][..^2];
            groups = groups[..^1];
        }

        long index = 0;
        for (var i = 0; i < groups.Length; i++)
        {
            var group = groups[i].AsSpan();
            if (i < groups.Length - 1)
            {
                if (group.Length != 4 || group[0] != 'x')
                {
                    return false;
                }

                group = group[1..];
            }

            if (group.Length != 3 || !char.IsAsciiDigit(group[0]) || !char.IsAsciiDigit(group[1]) || !char.IsAsciiDigit(group[2])
                || index > (long.MaxValue - 999) / 1000)
            {
                return false;
            }

            index = (index * 1000) + int.Parse(group, NumberStyles.None, CultureInfo.InvariantCulture);
        }

        tile = new TilePath(level, index, width);
        return tile.ToString() == path;
    }

    /// <summary>The path.</summary>
    /// <returns>For example <c>tile/0/x001/x234/067</c>.</returns>
    public override string ToString()
    {
        var groups = new StringBuilder((Index % 1000).ToString("000", CultureInfo.InvariantCulture));
        for (var rest = Index / 1000; rest > 0; rest /= 1000)
        {
            groups.Insert(0, $"x{(rest % 1000).ToString("000", CultureInfo.InvariantCulture)}/");
        }

        var kind = Level is { } level ? level.ToString(CultureInfo.InvariantCulture) : "entries";
        return Width == Tile.Width ? $"tile/{kind}/{groups}" : $"tile/{kind}/{groups}.p/{Width}";
    }

    private static bool TryNumber(string text, long most, out long number)
    {
        number = 0;
        return text.Length is > 0 and <= 3
            && (text.Length == 1 || text[0] != '0')
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number <= most;
    }
}
