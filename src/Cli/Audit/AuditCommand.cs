using System.CommandLine;

namespace Sovereignty.Cli.Audit;

/// <summary><c>audit</c>: the log, as the platform sees it and as an outsider does.</summary>
internal static class AuditCommand
{
    public static Command Create() => new("audit", "The write-once log") { Verify(), Export(), Proof(), ReportCommand.Create(), Drill() };

    private static Command Drill()
    {
        var drill = new Command("drill", "Tampers with a clone of the log in every way; 0 each attempt caught, 1 one was not") { TreatUnmatchedTokensAsErrors = false };
        drill.SetAction((arguments, _) => AuditProgram.Drill([.. arguments.UnmatchedTokens]));
        return drill;
    }

    private static Command Verify()
    {
        var log = new Option<string?>("--log") { Description = "A log as it is handed out: a folder or an address; without it the platform's database", HelpName = "URL|DIR" };
        var proof = File("--proof", "A proof of an entry (.tlog-proof); without --log nothing else is needed but the policy");
        var report = File("--report", "A report of the log, to be found in it and counted again");
        var policy = File("--policy", "Whom you trust (tlog-policy); without it the policy that lies with the log");
        var held = new Option<FileInfo[]>("--checkpoint") { Description = "A checkpoint from before, which the log must continue", HelpName = "FILE", DefaultValueFactory = _ => [] }.AcceptExistingOnly();
        var json = new Option<bool>("--json") { Description = "Print it for machines" };
        var command = new Command("verify", "Recomputes the whole log; 0 valid, 1 invalid, 2 gap, 3 missing, 69 no verdict") { log, proof, report, policy, held, json };
        command.Validators.Add(result =>
        {
            var (hasLog, hasProof) = (result.GetValue(log) is not null, result.GetValue(proof) is not null);
            if (!hasLog && (result.GetValue(report) is not null || result.GetValue(held) is { Length: > 0 }))
            {
                result.AddError("A report and a checkpoint are compared with a log: give --log.");
            }
            else if (!hasLog && hasProof && result.GetValue(policy) is null)
            {
                result.AddError("A proof says nothing without keys to trust: give --policy, or --log to take its policy.");
            }
            else if (!hasLog && !hasProof && result.GetValue(policy) is not null)
            {
                result.AddError("The database is verified with its own key: --policy goes with --log or --proof.");
            }
        });
        command.SetAction((arguments, cancellation) =>
        {
            var asked = new VerifyRun(
                arguments.GetValue(log), arguments.GetValue(proof), arguments.GetValue(report), arguments.GetValue(policy), arguments.GetRequiredValue(held), arguments.GetValue(json));
            return asked is { Log: null, Proof: null } ? AuditProgram.Verify(asked.Json ? ["--json"] : []) : asked.Run(cancellation);
        });
        return command;
    }

    private static Command Export()
    {
        var folder = new Argument<DirectoryInfo>("dir") { Description = "Where to; what is there already is not fetched again" };
        var person = Person("operator");
        var command = new Command("export", "Copies the log as it is handed out into a folder, for outsiders to verify; 1 where it does not continue what is there") { folder, person };
        command.SetAction((arguments, cancellation) => ExportRun.Run(arguments.GetRequiredValue(folder), arguments.GetRequiredValue(person), cancellation));
        return command;
    }

    private static Command Proof()
    {
        var entry = new Argument<string>("entry") { Description = "The entry's index, or its message id" };
        var person = Person("compliance-officer");
        var output = new Option<FileInfo?>("--out") { Description = "The file; else entry-INDEX.tlog-proof", HelpName = "FILE" };
        var command = new Command("proof", "Writes a proof that an entry is in the log, which verifies without it") { entry, person, output };
        command.SetAction((arguments, cancellation) => ProofRun.Run(arguments.GetRequiredValue(entry), arguments.GetRequiredValue(person), arguments.GetValue(output), cancellation));
        return command;
    }

    private static Option<FileInfo> File(string name, string description) =>
        new Option<FileInfo>(name) { Description = description, HelpName = "FILE" }.AcceptExistingOnly();

    private static Option<string> Person(string usual) =>
        new("--as") { Description = "The seeded person who asks", HelpName = "PERSON", DefaultValueFactory = _ => usual };
}
