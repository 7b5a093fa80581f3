namespace Sovereignty.Gateway.Issuer;

internal sealed class IssuerRefusedException(string message) : Exception(message);
