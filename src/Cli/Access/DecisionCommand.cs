using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;

namespace Sovereignty.Cli.Access;

/// <summary><c>approve</c> and <c>reject</c>: a person's decision, over REST or as a command on the broker.</summary>
internal static class DecisionCommand
{
    private const string NoReason = "No reason given.";
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static Command Approve()
    {
        var (request, person, reason, duration, broker) = (AccessOptions.Request(), AccessOptions.Person(), AccessOptions.Reason(required: false), AccessOptions.Duration(), Broker());
        var command = new Command("approve", "Says yes to a request, as a person") { request, person, reason, duration, broker };
        command.SetAction((arguments, _) => Run(
            new(arguments.GetRequiredValue(request), arguments.GetRequiredValue(person), ApprovalDecision.Approve, arguments.GetValue(reason) ?? NoReason, arguments.GetValue(duration)),
            arguments.GetValue(broker)));
        return command;
    }

    public static Command Reject()
    {
        var (request, person, reason, broker) = (AccessOptions.Request(), AccessOptions.Person(), AccessOptions.Reason(required: true), Broker());
        var command = new Command("reject", "Says no to a request, as a person") { request, person, reason, broker };
        command.SetAction((arguments, _) => Run(
            new(arguments.GetRequiredValue(request), arguments.GetRequiredValue(person), ApprovalDecision.Deny, arguments.GetRequiredValue(reason)!, null),
            arguments.GetValue(broker)));
        return command;
    }

    private static Option<bool> Broker() => new("--broker") { Description = "Send it as a command on the broker, with a decision proof, instead of by REST" };

    private static async Task<int> Run(WantedDecision wanted, bool broker)
    {
        var platform = Platform.Load();
        using var client = await AccessClient.SignIn(platform, wanted.Person);
        var before = await client.Get(await Find(client, wanted));
        RequestView? answer = null;
        if (broker)
        {
            await BrokerDecision.Publish(platform, client, before.RequestId, wanted);
        }
        else
        {
            answer = await client.Decide(before.RequestId, wanted.Decision, wanted.Reason, wanted.Duration);
        }

        var (after, effect) = answer is null ? await WaitForEffect(client, before, wanted.Person) : (answer, DecisionEffect.Counted);

        Console.WriteLine(DecisionReport.Describe(after));
        if (effect == DecisionEffect.Counted)
        {
            return 0;
        }

        Console.Error.WriteLine(effect == DecisionEffect.TooLate
            ? "It was over before this decision arrived."
            : $"This decision had no effect within {AnswerLimit.TotalSeconds:0} s. If the command was refused, the audit log says why (AccessCommandRefused).");
        return 1;
    }

    private static async Task<Guid> Find(AccessClient client, WantedDecision wanted)
    {
        if (RequestName.Id(wanted.Request) is { } whole)
        {
            return whole;
        }

        var ids = (await client.Inbox()).Select(item => item.Deserialize<RequestView>(ContractJson.Options)!.RequestId).ToList();
        return RequestName.Matches(wanted.Request, ids) switch
        {
            [var one] => one,
            [] => throw new RefusedException($"Nothing in the inbox of {wanted.Person} begins with {wanted.Request}. See ./sov inbox --as {wanted.Person}, or give the whole id."),
            var several => throw new RefusedException($"{wanted.Request} is the beginning of several: {string.Join(", ", several)}. Give more of it."),
        };
    }

    private static async Task<(RequestView After, DecisionEffect Effect)> WaitForEffect(AccessClient client, RequestView before, string person)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var after = await client.Get(before.RequestId);
            var effect = DecisionEffects.Of(before, after, person);
            if (effect != DecisionEffect.None || clock.Elapsed > AnswerLimit)
            {
                return (after, effect);
            }

            await Task.Delay(Pause);
        }
    }
}
