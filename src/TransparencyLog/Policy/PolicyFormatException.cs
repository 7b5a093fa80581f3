namespace Sovereignty.TransparencyLog.Policy;

/// <summary>A file is not a policy.</summary>
/// <param name="line">The line, from 1; 0 where it is none in particular.</param>
/// <param name="message">What is wrong with it.</param>
public sealed class PolicyFormatException(int line, string message) : FormatException(line > 0 ? $"line {line}: {message}" : message)
{
    /// <summary>The line, from 1; 0 where it is none in particular.</summary>
    public int Line { get; } = line;
}
