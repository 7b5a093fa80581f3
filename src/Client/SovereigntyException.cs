namespace Sovereignty.Client;

/// <summary>The platform gave no answer to act on. Whatever was to follow must not happen: do not serve, do not store.</summary>
/// <param name="code">For programs.</param>
/// <param name="message">What is wrong and what to do.</param>
/// <param name="inner">What was thrown underneath.</param>
public sealed class SovereigntyException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>No answer came in time. Trying again later is right.</summary>
    public const string Unavailable = "unavailable";

    /// <summary><see cref="Unavailable"/>, or the <c>code</c> of the problem (RFC 9457) with which the platform refused the request itself.</summary>
    public string Code { get; } = code;
}
