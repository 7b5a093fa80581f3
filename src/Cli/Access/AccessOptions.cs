using System.CommandLine;

namespace Sovereignty.Cli.Access;

internal static class AccessOptions
{
    public const string UsualPerson = "approver-de";

    private const int LongestReason = 1_000;

    public static Option<string> Person() =>
        new("--as") { Description = "The seeded person who asks", HelpName = "PERSON", DefaultValueFactory = _ => UsualPerson };

    public static Argument<string> Request()
    {
        var request = new Argument<string>("request") { Description = "A request's id, or a beginning of it that no other in the inbox has" };
        request.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } name && !RequestName.IsName(name))
            {
                result.AddError($"'{Words.Line(name, 40)}' is no request: give its id, or at least its first four digits.");
            }
        });
        return request;
    }

    public static Option<string?> Reason(bool required)
    {
        var reason = new Option<string?>("--reason") { Description = "Why; it stays in the audit log", HelpName = "TEXT", Required = required };
        reason.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && (string.IsNullOrWhiteSpace(text) || text.Length > LongestReason))
            {
                result.AddError($"A reason has 1 to {LongestReason:N0} characters.");
            }
        });
        return reason;
    }

    public static Option<string?> Duration()
    {
        var duration = new Option<string?>("--duration") { Description = "Allow it for less time than was asked, for example PT1H", HelpName = "ISO8601" };
        duration.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && Words.ParseDuration(text) is null)
            {
                result.AddError($"'{Words.Line(text, 40)}' is no duration. One and a half hours are PT1H30M.");
            }
        });
        return duration;
    }
}
