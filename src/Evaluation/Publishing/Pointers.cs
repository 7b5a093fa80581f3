namespace Sovereignty.Evaluation.Publishing;

internal static class Pointers
{
    /// <summary>The JSON pointer of a field such as <c>parameters.regions[0].code</c>, without its first slash.</summary>
    public static string Of(string field) => field.Replace("[", "/", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Replace('.', '/');
}
