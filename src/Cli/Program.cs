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

const int UsageError = 64;
const int Unavailable = 69;
var parsed = root.Parse(args);
try
{
    var exitCode = await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false });
    return parsed.Errors.Count > 0 ? UsageError : exitCode;
}
catch (PlatformException exception)
{
    Console.Error.WriteLine(exception.Message);
    return Unavailable;
}
