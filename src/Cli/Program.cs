using System.CommandLine;
using Sovereignty.Cli;
using Sovereignty.Cli.Access;
using Sovereignty.Cli.Audit;
using Sovereignty.Cli.Bench;
using Sovereignty.Cli.Demo;
using Sovereignty.Cli.Messages;
using Sovereignty.Cli.Policy;
using Sovereignty.Cli.Soak;

var root = new RootCommand("Sovereignty: where data may live, who may see it, and the proof.")
{
    DemoCommand.Create(),
    TokenCommand.Create(),
    InboxCommand.Create(),
    DecisionCommand.Approve(),
    DecisionCommand.Reject(),
    MessagesCommand.Create(),
    PolicyCommand.Create(),
    AuditCommand.Create(),
    BenchCommand.Create(),
    SoakCommand.Create(),
};

const int Refused = 1;
const int UsageError = 64;
const int Unavailable = 69;
var parsed = root.Parse(args);
try
{
    var exitCode = await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false });
    return parsed.Errors.Count > 0 ? UsageError : exitCode;
}
catch (RefusedException exception)
{
    Console.Error.WriteLine(exception.Message);
    return Refused;
}
catch (PlatformException exception)
{
    Console.Error.WriteLine(exception.Message);
    return Unavailable;
}
catch (HttpRequestException)
{
    Console.Error.WriteLine("The platform stopped answering. Look at ./sov status; start it with ./sov up.");
    return Unavailable;
}
