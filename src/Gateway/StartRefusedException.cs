namespace Sovereignty.Gateway;

/// <summary>Settings with which the gateway must not run.</summary>
internal sealed class StartRefusedException(string message) : Exception(message);
