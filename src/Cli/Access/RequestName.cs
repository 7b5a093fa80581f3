namespace Sovereignty.Cli.Access;

/// <summary>Names requests by the beginnings of their ids, hyphens or not.</summary>
internal static class RequestName
{
    private const int Shortest = 4;
    private const int Shown = 8;
    private const int Whole = 32;

    public static bool IsName(string name) =>
        Digits(name) is { Length: >= Shortest and <= Whole } digits && digits.All(char.IsAsciiHexDigit);

    /// <summary>The id, where the name is a whole one.</summary>
    public static Guid? Id(string name) => Guid.TryParseExact(Digits(name), "N", out var id) ? id : null;

    public static IReadOnlyList<Guid> Matches(string name, IEnumerable<Guid> ids) =>
        [.. ids.Where(id => id.ToString("N").StartsWith(Digits(name), StringComparison.Ordinal))];

    /// <summary>A beginning of the id that no other of them has.</summary>
    public static string Short(Guid id, IReadOnlyCollection<Guid> ids)
    {
        var whole = id.ToString("D");
        for (var length = Shown; length < whole.Length; length++)
        {
            if (whole[length - 1] != '-' && Matches(whole[..length], ids).Count <= 1)
            {
                return whole[..length];
            }
        }

        return whole;
    }

    private static string Digits(string name) => name.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
}
