using System.Text.Json;
using Sovereignty.Cli.Access;
using Sovereignty.Contracts.Access;
using Spectre.Console;

namespace Sovereignty.Cli.Demo;

/// <summary>One request from its beginning to its end: each step is printed, counted and checked.</summary>
internal sealed class Story(string title, AccessWanted wanted, Cast cast, Checks checks, AccessTally tally)
{
    private const int TitleLength = 72;
    private static readonly TimeSpan LogLimit = TimeSpan.FromSeconds(20);
    private readonly List<string> _wrong = [];
    private Guid _id;

    public AccessWanted Wanted => wanted;

    public Guid Id => _id;

    /// <summary>The requester asks, and the rules are checked.</summary>
    /// <param name="expected">The state then, or the code of the refusal.</param>
    public async Task Ask(string expected)
    {
        AnsiConsole.MarkupLine($"  [bold]{Markup.Escape(Words.Line(title, TitleLength))}[/]");
        var asked = await cast.Requester.Ask(wanted);
        _id = asked.RequestId;
        tally.Requested(wanted);
        var request = await cast.Requester.Checked(_id);
        Line(cast.Requester.Name, $"asks for {Words.Duration(wanted.Duration)}, {wanted.SourceRegion} -> {wanted.TargetRegion}", "");
        Line("", Mechanism(), request.State, (request.Code ?? request.State) == expected, expected);
        if (request.State == "awaiting-approval")
        {
            Line("", $"{request.Quorum} of {string.Join(", ", request.ApproverRoles ?? [])} in {request.Jurisdiction} decides", "");
        }
        else if (request.State == "refused")
        {
            Line("", request.Code ?? "", "");
            Sentence(request.Reason);
        }
    }

    /// <summary>A command that should be carried out.</summary>
    public async Task<RequestView?> Say(Person person, string verb, string reason, string expected, string? duration = null)
    {
        var answer = await person.Say(verb, _id, reason, duration);
        Line(person.Name, duration is null ? Spoken(verb) : $"{Spoken(verb)} for {Words.Duration(duration)}", answer.Word, answer.Word == expected, expected);
        return answer.Request;
    }

    /// <summary>A command that should be refused by the saga, and stand in the log.</summary>
    public async Task SayInVain(Person person, string verb, string code)
    {
        var answer = await person.Say(verb, _id, "It seems fine to me.");
        Line(person.Name, Spoken(verb), answer.Word, answer.Code == code, code);
        tally.CommandRefused(code);
    }

    /// <summary>A command that the person's role does not let through at all.</summary>
    public async Task MayNot(Person person, string verb)
    {
        var answer = await person.Say(verb, _id, "I need it.");
        Line(person.Name, Spoken(verb), answer.Word, answer.Request is null, "a refusal");
    }

    public async Task Use(string expected, long records = 12)
    {
        var answer = await cast.Service.Use(cast.Requester, wanted, records);
        var refusal = expected == AccessCodes.Granted ? null : expected;
        Line(cast.Service.Name, $"uses {records:N0} records", answer.Allowed ? "allowed" : $"refused: {answer.Code}", answer.Code == expected && answer.Allowed == refusal is null, expected);
        tally.Used(refusal);
    }

    public async Task WaitForEnd(DateTimeOffset end)
    {
        Line("", $"the grant ends at {end.ToUniversalTime():HH:mm:ss.f} UTC", "");
        await Wait.For(() => cast.Service.Check(cast.Requester, wanted), answer => !answer.Allowed, LogLimit);
    }

    /// <summary>Waits for an entry about the request in the log.</summary>
    public async Task<JsonElement?> Logged(string type, string code)
    {
        var entries = await Wait.For(() => cast.Officer.Log(wanted.DataId), found => found.Any(IsIt), LogLimit);
        return entries.Where(IsIt).Select(entry => (JsonElement?)entry.GetProperty("body")).FirstOrDefault();

        bool IsIt(JsonElement entry) =>
            DemoText.Text(entry, "type") == type
            && DemoText.Text(entry.GetProperty("body"), "requestId") == _id.ToString()
            && DemoText.Text(entry.GetProperty("body"), "code") == code;
    }

    /// <summary>The states that the log tells of, and whether all went as it should.</summary>
    public async Task Close(string what, string path)
    {
        var told = RequestPath.Of(_id, await Wait.For(() => cast.Officer.Log(wanted.DataId), entries => RequestPath.Of(_id, entries) == path, LogLimit));
        AnsiConsole.MarkupLine($"    [dim]log:[/] {Markup.Escape(told)}");
        if (told != path)
        {
            _wrong.Add($"the log tells {told} instead of {path}");
        }

        checks.Add(what, _wrong.Count == 0, _wrong.Count == 0 ? path.Split(' ')[^1] : string.Join("; ", _wrong));
    }

    public void Line(string who, string does, string answer, bool right, string expected)
    {
        var color = right ? answer.StartsWith("refused", StringComparison.Ordinal) || answer is "denied" or "revoked" ? "yellow" : "green" : "red";
        AnsiConsole.MarkupLine($"    {Markup.Escape($"{who,-19}{does,-28}")} [{color}]{Markup.Escape(Words.Line(answer, 30))}[/]");
        if (!right)
        {
            _wrong.Add($"{answer} instead of {expected}");
        }
    }

    private static void Line(string who, string does, string answer) =>
        AnsiConsole.MarkupLine($"    {Markup.Escape($"{who,-19}{does,-28} {answer}".TrimEnd())}");

    private static void Sentence(string? text) =>
        AnsiConsole.Write(new Padder(new Markup($"[dim]{Markup.Escape(text ?? "no reason was given")}[/]"), new(23, 0, 0, 0)));

    private string Mechanism() => wanted.Mechanism is null ? "without a transfer mechanism" : "on contractual clauses";

    private static string Spoken(string verb) => verb switch
    {
        "give-back" => "gives it back",
        _ => $"{verb}s it",
    };
}
