namespace Sovereignty.Evaluation.Publishing;

/// <summary>Regions where the same copies of the same data may be on one side of a change and not on the other.</summary>
internal sealed record CellDifference(IReadOnlyList<CellClass> Cells, IReadOnlyList<CopyKind> Copies, IReadOnlyList<string> Regions)
{
    private const int MostLeftOut = 8;
    private static readonly CopyKind[] AllCopies = Enum.GetValues<CopyKind>();

    /// <summary>What may be where, asked once of each cell.</summary>
    public static Func<CellClass, Func<CopyKind, string, bool>> Ask(IReadOnlyList<CellClass> classes, IReadOnlyList<string> regions, Func<CellClass, Func<CopyKind, string, bool>> permits)
    {
        var answers = classes.ToDictionary(cell => cell, cell =>
        {
            var permitted = permits(cell);
            return AllCopies.SelectMany(copy => regions.Where(region => permitted(copy, region)).Select(region => (copy, region))).ToHashSet();
        });
        return cell => (copy, region) => answers[cell].Contains((copy, region));
    }

    /// <summary>The cells that the second permits and the first does not.</summary>
    public static IReadOnlyList<CellDifference> Find(
        IReadOnlyList<CellClass> classes, IReadOnlyList<string> regions, Func<CellClass, Func<CopyKind, string, bool>> first, Func<CellClass, Func<CopyKind, string, bool>> second)
    {
        var found = from cell in classes
                    let without = first(cell)
                    let with = second(cell)
                    from region in regions
                    let copies = AllCopies.Where(copy => with(copy, region) && !without(copy, region)).ToArray()
                    where copies is not []
                    select (cell, region, copies);

        // Told together is what has the same types of each origin, the same origins of each level, and the same of all that in each region:
        // so what is told of several is true of each combination of them.
        return
        [
            .. found
                .GroupBy(one => (one.region, Copies: string.Join(',', one.copies), one.cell.Level, one.cell.Origin))
                .Select(one => (one.Key.region, one.First().copies, one.Key.Copies, one.Key.Level, Types: Key(one.Select(item => item.cell.DataType)), Cells: one.Select(item => item.cell)))
                .GroupBy(one => (one.region, one.Copies, one.Level, one.Types))
                .Select(one => (one.Key.region, one.First().copies, one.Key.Copies, one.Key.Types, Origins: Key(one.Select(item => item.Cells.First().Origin)), Cells: one.SelectMany(item => item.Cells)))
                .GroupBy(one => (one.region, one.Copies, one.Types, one.Origins))
                .Select(one => (one.Key.region, one.First().copies, Cells: one.SelectMany(item => item.Cells).ToArray()))
                .GroupBy(one => (Copies: string.Join(',', one.copies), Cells: string.Join('|', one.Cells.Select(cell => cell.ToString()))))
                .Select(alike => new CellDifference(alike.First().Cells, alike.First().copies, [.. alike.Select(one => one.region)])),
        ];
    }

    private static string Key(IEnumerable<string> names) => string.Join('|', names);

    /// <summary>The regions, told by what is left out where that is shorter.</summary>
    public string Where(IReadOnlyList<string> regions)
    {
        string[] left = [.. regions.Except(Regions, StringComparer.Ordinal)];
        return left is [] ? "every region"
            : left.Length < Regions.Count && left.Length <= MostLeftOut ? $"every region but {Listing.Of(left)}"
            : Listing.Of(Regions);
    }

    /// <summary>Of which data, to end a sentence with; empty for all of it.</summary>
    public string OfWhat(IReadOnlyList<CellClass> classes)
    {
        string? Only(Func<CellClass, string> part, string word, string rest)
        {
            string[] all = [.. classes.Select(part).Distinct()], some = [.. Cells.Select(part).Distinct()], left = [.. all.Except(some)];
            return left is [] ? null
                : some.Contains(rest) && left.Length <= MostLeftOut ? $"{word} any but {Listing.Of(left)}"
                : $"{word} {Listing.Of(some)}";
        }

        string?[] parts =
        [
            Only(cell => cell.Level, "of level", ""),
            Only(cell => cell.DataType, "of type", CellClasses.OtherType),
            Only(cell => cell.Origin, "from", CellClasses.OtherOrigin),
        ];
        return parts.OfType<string>().ToArray() is { Length: > 0 } given ? $" for data {string.Join(' ', given)}" : "";
    }
}
