using System.CommandLine;

namespace Sovereignty.Cli;

internal static class TokenCommand
{
    public static Command Create()
    {
        var person = new Argument<string>("person") { Description = "A seeded person, for example approver-de" };
        var ttl = new Option<int?>("--ttl") { Description = "How many seconds it is valid" };
        var command = new Command("token", "Prints a JWT of a seeded person") { person, ttl };
        command.SetAction(async (arguments, _) =>
        {
            var platform = Platform.Load();
            using var client = platform.CreateClient();
            Console.WriteLine(await platform.Token(client, arguments.GetRequiredValue(person), arguments.GetValue(ttl)));
            return 0;
        });
        return command;
    }
}
