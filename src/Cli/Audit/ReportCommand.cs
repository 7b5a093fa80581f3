using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Sovereignty.Cli.Access;

namespace Sovereignty.Cli.Audit;

/// <summary><c>audit report</c>: issues a report and writes its exact bytes, which the log has the hash of.</summary>
internal static class ReportCommand
{
    private static readonly (string Option, string Filter, string Description)[] Filters =
    [
        ("--from", "from", "Events from this moment on, as in 2026-01-31T12:00:00Z"),
        ("--to", "to", "Events before this moment"),
        ("--tenant", "tenant", "The tenant; it must be the person's own"),
        ("--user", "user", "Events that this user caused"),
        ("--data", "dataId", "Events about this data"),
        ("--region", "region", "Events that name this region"),
        ("--action", "action", "Events that name this action"),
        ("--type", "type", "Events of this type, as in AccessGranted"),
        ("--size", "size", "Over the signed checkpoint of this size; without it the newest"),
        ("--limit", "limit", "Entries of the detailed log, at most 500"),
    ];

    public static Command Create()
    {
        var filters = Filters.Select(filter => (filter.Filter, Option: new Option<string?>(filter.Option) { Description = filter.Description })).ToList();
        var person = new Option<string>("--as") { Description = "The seeded person who asks", HelpName = "PERSON", DefaultValueFactory = _ => "compliance-officer" };
        var output = new Option<FileInfo?>("--out") { Description = "The file; else standard output", HelpName = "FILE" };
        var command = new Command("report", "Issues a report: its exact bytes, whose hash becomes an entry of the log") { person, output };
        filters.ForEach(filter => command.Options.Add(filter.Option));
        command.SetAction((arguments, cancellation) => Run(
            QueryHelpers.AddQueryString("/access/audit/reports", filters.Select(filter => KeyValuePair.Create(filter.Filter, arguments.GetValue(filter.Option))).Where(filter => filter.Value is not null)),
            arguments.GetRequiredValue(person),
            arguments.GetValue(output),
            cancellation));
        return command;
    }

    private static async Task<int> Run(string path, string person, FileInfo? output, CancellationToken ct)
    {
        using var client = await Platform.Load().SignIn(person);
        using var response = await client.PostAsync(path, null, ct);
        if (!response.IsSuccessStatusCode)
        {
            var message = Refusal.Describe(response.StatusCode, await response.Content.ReadAsStringAsync(ct));
            throw response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout ? new PlatformException(message) : new RefusedException(message);
        }

        var bytes = await response.Content.ReadAsByteArrayAsync(ct);
        await using (var target = output is null ? Console.OpenStandardOutput() : output.Create())
        {
            await target.WriteAsync(bytes, ct);
        }

        await Console.Error.WriteLineAsync($"{Header("Sovereignty-Report-Id")} is entry {Header("Sovereignty-Report-Entry")} of the log; the report covers {Header("Sovereignty-Checkpoint-Size")} entries");
        return 0;

        string Header(string name) => response.Headers.TryGetValues(name, out var values) ? values.First() : "?";
    }
}
