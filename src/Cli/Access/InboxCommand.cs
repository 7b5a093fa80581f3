using System.CommandLine;
using System.Text.Json;
using Sovereignty.Contracts;
using Spectre.Console;

namespace Sovereignty.Cli.Access;

internal static class InboxCommand
{
    private const int JustificationShown = 60;
    private const int WidthOfAFile = 200;

    public static Command Create()
    {
        var person = AccessOptions.Person();
        var json = new Option<bool>("--json") { Description = "Print the requests for machines" };
        var command = new Command("inbox", "What waits for a person's decision") { person, json };
        command.SetAction((arguments, _) => Run(arguments.GetRequiredValue(person), arguments.GetValue(json)));
        return command;
    }

    private static async Task<int> Run(string person, bool json)
    {
        using var client = await AccessClient.SignIn(Platform.Load(), person);
        var items = await client.Inbox();
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { items, nextCursor = (string?)null }));
            return 0;
        }

        if (items.Count == 0)
        {
            Console.WriteLine($"Nothing waits for {person}.");
            return 0;
        }

        Show(person, [.. items.Select(item => item.Deserialize<RequestView>(ContractJson.Options)!)]);
        return 0;
    }

    private static void Show(string person, IReadOnlyList<RequestView> requests)
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = WidthOfAFile;
        }

        var (now, ids) = (TimeProvider.System.GetUtcNow(), requests.Select(request => request.RequestId).ToList());
        var table = new Table().RoundedBorder().AddColumn(new TableColumn("request").NoWrap())
            .AddColumns("requester", "data", "from -> to", "purpose", "duration", "justification", "lapses");
        foreach (var request in requests)
        {
            string[] cells =
            [
                RequestName.Short(request.RequestId, ids),
                Words.Person(request.Requester),
                Words.Line(request.DataId, JustificationShown),
                $"{request.SourceRegion} -> {request.TargetRegion}/{request.TargetCountry}",
                request.Purpose,
                Words.Duration(request.Duration),
                Words.Line(request.Justification, JustificationShown),
                Words.Left(request.LapsesAt, now),
            ];
            table.AddRow([.. cells.Select(Markup.Escape)]);
        }

        AnsiConsole.Write(table);
        var (first, speaker) = (RequestName.Short(ids[0], ids), person == AccessOptions.UsualPerson ? "" : $" --as {person}");
        Console.WriteLine($"Decide: ./sov approve {first}{speaker}");
        Console.WriteLine($"    or: ./sov reject {first}{speaker} --reason TEXT");
    }
}
