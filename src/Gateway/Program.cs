using Sovereignty.Gateway;
using Sovereignty.Gateway.Issuer;

try
{
    using var app = GatewayHost.Create(args);
    app.Run();
    return 0;
}
catch (IssuerRefusedException refusal)
{
    Console.Error.WriteLine(refusal.Message);
    return 1;
}
