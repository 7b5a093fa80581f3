using Sovereignty.Gateway;

try
{
    using var app = GatewayHost.Create(args);
    app.Run();
    return 0;
}
catch (StartRefusedException refusal)
{
    Console.Error.WriteLine(refusal.Message);
    return 1;
}
