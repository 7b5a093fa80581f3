using System.CommandLine;

namespace Sovereignty.Cli.Policy;

/// <summary><c>policy</c>: policies, facts and rules as files, made for a Git repository and its pull requests.</summary>
internal static class PolicyCommand
{
    private const string UsualPerson = "policy-admin";

    public static Command Create() => new("policy", "Policies, legal facts and classification rules as files: check, diff, test, apply")
    {
        Check(),
        Diff(),
        Test(),
        Apply(),
    };

    private static Command Check()
    {
        var (files, json) = (Files("Policy files"), Json());
        var against = new Option<FileInfo[]>("--against")
        {
            Description = "Policy files that are in force now, for example those of the main branch",
            HelpName = "FILE",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        var platform = new Option<bool>("--platform") { Description = "Compare with what the running platform has in force" };
        var person = Person();
        var command = new Command("check", "Says what the files would break, leave open and newly permit; 0 clean, 1 refused") { files, against, platform, person, json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(platform) && result.GetValue(against) is { Length: > 0 })
            {
                result.AddError("What is in force is either the platform's or that of files: give --platform or --against, not both.");
            }
        });
        command.SetAction((arguments, cancellation) => CheckRun.Run(
            arguments.GetRequiredValue(files),
            arguments.GetRequiredValue(against),
            arguments.GetValue(platform) ? arguments.GetRequiredValue(person) : null,
            arguments.GetValue(json),
            cancellation));
        return command;
    }

    private static Command Diff()
    {
        var (files, person, json) = (Files("Policy files"), Person(), Json());
        var command = new Command("diff", "Says what of the files is new or changed against the running platform, and what that permits") { files, person, json };
        command.SetAction((arguments, cancellation) => ApplyRun.Diff(arguments.GetRequiredValue(files), arguments.GetRequiredValue(person), arguments.GetValue(json), cancellation));
        return command;
    }

    private static Command Test()
    {
        var (files, json) = (Files("Policy files, whose cases are beside them as NAME.tests.json, or such files themselves"), Json());
        var command = new Command("test", "Runs golden cases, without a platform; 0 all pass, 1 not") { files, json };
        command.SetAction((arguments, _) => Task.FromResult(TestRun.Run(arguments.GetRequiredValue(files), arguments.GetValue(json))));
        return command;
    }

    private static Command Apply()
    {
        var (files, person, json) = (Files("Policy files"), Person(), Json());
        var yes = new Option<bool>("--yes") { Description = "Do it without asking" };
        var command = new Command("apply", "Publishes what of the files is new or changed; 1 refused, 69 not running") { files, person, yes, json };
        command.SetAction((arguments, cancellation) =>
            ApplyRun.Apply(arguments.GetRequiredValue(files), arguments.GetRequiredValue(person), arguments.GetValue(yes), arguments.GetValue(json), cancellation));
        return command;
    }

    private static Argument<FileInfo[]> Files(string description)
    {
        var files = new Argument<FileInfo[]>("file") { Description = description, Arity = ArgumentArity.OneOrMore };
        files.Validators.Add(result =>
        {
            foreach (var missing in result.Tokens.Where(token => !File.Exists(token.Value)))
            {
                result.AddError($"There is no file '{missing.Value}'.");
            }
        });
        return files;
    }

    private static Option<string> Person() =>
        new("--as") { Description = "The seeded person who asks the platform", HelpName = "PERSON", DefaultValueFactory = _ => UsualPerson };

    private static Option<bool> Json() => new("--json") { Description = "Print it for machines" };
}
