namespace Sovereignty.Cli;

/// <summary>The platform runs and says no.</summary>
internal sealed class RefusedException(string message) : Exception(message);
