using System.CommandLine;
using Sovereignty.Cli;
using Sovereignty.Cli.Bench;
using Sovereignty.Cli.Demo;

var root = new RootCommand("Sovereignty: where data may live, who may see it, and the proof.")
{
    DemoCommand.Create(),
    TokenCommand.Create(),
    AuditCommand.Create(),
    BenchCommand.Create(),
};

try
{
    return await root.Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false });
}
catch (PlatformException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
