using System.CommandLine;
using System.Text.Json;
using Sovereignty.Cli.Access;
using Sovereignty.Contracts;
using Spectre.Console;

namespace Sovereignty.Cli.Messages;

/// <summary><c>messages</c>: what waits in error queues, and what becomes of it.</summary>
internal static class MessagesCommand
{
    private const int Unavailable = 69;
    private const int ReasonShown = 80;
    private const int WidthOfAFile = 200;

    public static Command Create() => new("messages", "Messages in error queues: list, show, redrive, discard")
    {
        List(),
        Show(),
        Redrive(),
        Discard(),
    };

    private static Command List()
    {
        var queue = new Argument<string?>("queue") { Description = "An error queue, to see its messages", Arity = ArgumentArity.ZeroOrOne };
        var service = new Option<string?>("--service") { Description = "Only the queues of one service", HelpName = "SERVICE" };
        service.AcceptOnlyFromAmong([.. QueueName.Services]);
        var json = Json();
        var command = new Command("list", "The error queues, or the messages of one") { queue, service, json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(queue) is not null && result.GetValue(service) is not null)
            {
                result.AddError("A queue says itself whose it is. Leave --service out.");
            }
        });
        command.SetAction((arguments, _) => arguments.GetValue(queue) is { } name
            ? ListMessages(name, arguments.GetValue(json))
            : ListQueues(arguments.GetValue(service) is { } one ? [one] : QueueName.Services, arguments.GetValue(json)));
        return command;
    }

    private static Command Show()
    {
        var (queue, id, json) = (Queue(), Id(), Json());
        var command = new Command("show", "One message with its body; recorded in the audit log") { queue, id, json };
        command.SetAction(async (arguments, _) =>
        {
            using var client = await OperationsClient.SignIn(Platform.Load());
            var name = arguments.GetRequiredValue(queue);
            var message = await client.Show(name, await client.Find(name, arguments.GetRequiredValue(id)!));
            Console.WriteLine(arguments.GetValue(json) ? JsonSerializer.Serialize(message, ContractJson.Options) : MessageReport.Describe(message, TimeProvider.System.GetUtcNow()));
            if (!arguments.GetValue(json))
            {
                ShowWhatNext(name, message.Message.Id);
            }

            return 0;
        });
        return command;
    }

    private static Command Redrive()
    {
        var (queue, reason) = (Queue(), AccessOptions.Reason(required: false));
        var id = new Argument<string?>("id") { Description = "A message's id, or a beginning of it that no other there has", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "All messages of the queue, up to 500" };
        var command = new Command("redrive", "Sends messages back to their queue; recorded in the audit log") { queue, id, all, reason };
        command.Validators.Add(result =>
        {
            if (result.GetValue(id) is null == !result.GetValue(all))
            {
                result.AddError("Say which message, by its id, or --all.");
            }
        });
        command.SetAction(async (arguments, _) =>
        {
            using var client = await OperationsClient.SignIn(Platform.Load());
            var name = arguments.GetRequiredValue(queue);
            var one = arguments.GetValue(id) is { } begins ? await client.Find(name, begins) : null;
            var answer = await client.Redrive(name, one, arguments.GetValue(reason));
            Console.WriteLine(MessageReport.Describe(answer, "sent back"));
            Console.WriteLine($"What fails again comes back: ./sov messages list {name}");
            return 0;
        });
        return command;
    }

    private static Command Discard()
    {
        var (queue, id, reason) = (Queue(), Id(), AccessOptions.Reason(required: true));
        var command = new Command("discard", "Removes a message for good; recorded in the audit log") { queue, id, reason };
        command.SetAction(async (arguments, _) =>
        {
            using var client = await OperationsClient.SignIn(Platform.Load());
            var name = arguments.GetRequiredValue(queue);
            var answer = await client.Discard(name, await client.Find(name, arguments.GetRequiredValue(id)!), arguments.GetRequiredValue(reason)!);
            Console.WriteLine(MessageReport.Describe(answer, "discarded"));
            return 0;
        });
        return command;
    }

    private static Argument<string> Queue() => new("queue") { Description = "An error queue, as ./sov messages list names it" };

    private static Argument<string> Id() => new("id") { Description = "A message's id, or a beginning of it that no other there has" };

    private static Option<bool> Json() => new("--json") { Description = "Print it for machines" };

    private static async Task<int> ListQueues(IReadOnlyList<string> services, bool json)
    {
        using var client = await OperationsClient.SignIn(Platform.Load());
        var (queues, code) = (new List<QueueView>(), 0);
        foreach (var service in services)
        {
            try
            {
                queues.AddRange((await client.Queues(service)).Items.Where(queue => queue.Count > 0));
            }
            catch (PlatformException exception)
            {
                Console.Error.WriteLine(exception.Message);
                code = Unavailable;
            }
        }

        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { items = queues }, ContractJson.Options));
        }
        else if (queues.Count > 0)
        {
            Write(queues);
        }
        else if (code == 0)
        {
            Console.WriteLine("No messages wait in error queues.");
        }

        return code;
    }

    private static void Write(IReadOnlyList<QueueView> queues)
    {
        var (now, table) = (TimeProvider.System.GetUtcNow(), Table("queue", "kind", "count", "oldest", "its code", "its reason"));
        foreach (var queue in queues)
        {
            AddRow(table, queue.Queue, queue.Kind, $"{queue.Count}", MessageReport.Age(queue.Oldest, now), Words.Line(queue.Code ?? "-", ReasonShown), Words.Line(queue.Reason ?? "-", ReasonShown));
        }

        AnsiConsole.Write(table);
        Console.WriteLine($"Look: ./sov messages list {queues[0].Queue}");
    }

    private static async Task<int> ListMessages(string queue, bool json)
    {
        using var client = await OperationsClient.SignIn(Platform.Load());
        var answer = await client.Messages(queue);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(answer, ContractJson.Options));
            return 0;
        }

        if (answer.Items.Count == 0)
        {
            Console.WriteLine($"Nothing waits in {queue}.");
            return 0;
        }

        var (now, table) = (TimeProvider.System.GetUtcNow(), Table("message", "type", "tenant", "age", "redriven", "code", "reason"));
        foreach (var message in answer.Items)
        {
            AddRow(
                table,
                message.Id,
                Words.Line(message.Type?.Split(':')[^1] ?? "-", ReasonShown),
                Words.Line(message.TenantId ?? "-", ReasonShown),
                MessageReport.Age(message.Since, now),
                $"{message.Redrives}",
                Words.Line(message.Code, ReasonShown),
                Words.Line(message.Reason, ReasonShown));
        }

        AnsiConsole.Write(table);
        if (answer.Count > answer.Items.Count)
        {
            Console.WriteLine($"These are the first {answer.Items.Count} of {answer.Count}.");
        }

        Console.WriteLine($"Look into it: ./sov messages show {queue} {answer.Items[0].Id}");
        ShowWhatNext(queue, answer.Items[0].Id);
        return 0;
    }

    private static void ShowWhatNext(string queue, string id)
    {
        Console.WriteLine($"Send it back: ./sov messages redrive {queue} {id}");
        Console.WriteLine($"  Remove it: ./sov messages discard {queue} {id} --reason TEXT");
    }

    private static Table Table(string first, params string[] others)
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = WidthOfAFile;
        }

        return new Table().RoundedBorder().AddColumn(new TableColumn(first).NoWrap()).AddColumns(others);
    }

    private static void AddRow(Table table, params string[] cells) => table.AddRow([.. cells.Select(Markup.Escape)]);
}
