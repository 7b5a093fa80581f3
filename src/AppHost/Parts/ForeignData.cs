namespace Sovereignty.AppHost;

/// <summary>
/// Data outside the state folder outlives it. A mark beside the data says which state folder, with which passwords,
/// they belong to.
/// </summary>
internal static class ForeignData
{
    public static void Claim(string home, string owner) => StateFolder.WriteSecret(Mark(home), owner);

    /// <summary>Moves data of another state folder out of the way; says where to, or null when there was none.</summary>
    public static string? MoveAside(string home, string owner)
    {
        if (!Directory.Exists(home) || (File.Exists(Mark(home)) && File.ReadAllText(Mark(home)) == owner))
        {
            return null;
        }

        var number = 1;
        while (Directory.Exists($"{home}.{number}"))
        {
            number++;
        }

        var aside = $"{home}.{number}";
        Directory.Move(home, aside);
        return aside;
    }

    private static string Mark(string home) => Path.Combine(home, "state-folder");
}
