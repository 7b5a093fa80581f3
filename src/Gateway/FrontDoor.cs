using System.Security.Authentication;
using Sovereignty.Gateway.Limits;

namespace Sovereignty.Gateway;

internal static class FrontDoor
{
    internal static void AddFrontDoor(this WebApplicationBuilder builder) =>
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RequestBodies.HardLimit;
            kestrel.ConfigureHttpsDefaults(https => https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13);
        });
}
