namespace Sovereignty.Evaluation.Publishing;

/// <summary>Regions where the same copies of the same data may be on one side of a change and not on the other.</summary>
internal sealed record CellDifference(IReadOnlyList<CellClass> Cells, IReadOnlyList<CopyKind> Copies, IReadOnlyList<string> Regions)
{
    private static readonly CopyKind[] AllCopies = Enum.GetValues<CopyKind>();

    /// <summary>The cells that the second permits and the first does not.</summary>
    public static IReadOnlyList<CellDifference> Find(
        IReadOnlyList<CellClass> classes, IReadOnlyList<string> regions, Func<CellClass, Func<CopyKind, string, bool>> first, Func<CellClass, Func<CopyKind, string, bool>> second)
    {
        var found = from numbered in classes.Select((cell, number) => (cell, number))
                    let without = first(numbered.cell)
                    let with = second(numbered.cell)
                    from region in regions
                    let copies = AllCopies.Where(copy => with(copy, region) && !without(copy, region)).ToArray()
                    where copies is not []
                    select (numbered, region, copies);

        // Regions with the same copies of the same cells are told together.
        return
        [
            .. found.GroupBy(one => (one.region, Copies: string.Join(',', one.copies)))
                .Select(one => (one.Key.region, one.First().copies, Cells: one.Select(item => item.numbered).ToArray()))
                .GroupBy(one => (Copies: string.Join(',', one.copies), Cells: string.Join(',', one.Cells.Select(cell => cell.number))))
                .Select(alike => new CellDifference([.. alike.First().Cells.Select(cell => cell.cell)], alike.First().copies, [.. alike.Select(one => one.region)])),
        ];
    }

    /// <summary>Of which data, to end a sentence with; empty for all of it.</summary>
    public string OfWhat(IReadOnlyList<CellClass> classes)
    {
        string? Only(Func<CellClass, string> part, Func<string, string> say)
        {
            string[] all = [.. classes.Select(part).Distinct()], some = [.. Cells.Select(part).Distinct()];
            return some.Length == all.Length ? null : say(Listing.Of(some, 8));
        }

        string?[] parts =
        [
            Only(cell => cell.Level, levels => $"of level {levels}"),
            Only(cell => cell.DataType, types => $"of type {types}"),
            Only(cell => cell.Origin, origins => $"from {origins}"),
        ];
        return parts.OfType<string>().ToArray() is { Length: > 0 } given ? $" for data {string.Join(' ', given)}" : "";
    }
}
