using System.CommandLine;
using Sovereignty.Audit.Bench;

const int UsageError = 64;
var quick = new Option<bool>("--quick") { Description = "Fewer and shorter runs, a smaller log" };
var json = new Option<bool>("--json") { Description = "Print figures for machines" };
var only = new Option<string?>("--only") { Description = $"One of {string.Join(", ", BenchPlan.Names)}" };
only.AcceptOnlyFromAmong(BenchPlan.Names);
var rounds = new Option<int?>("--rounds") { Description = "Alternating runs of each side" };
var command = new RootCommand("The log beside its references, on the broker and the database server of the running platform") { quick, json, only, rounds };
command.SetAction((arguments, cancellation) =>
{
    var plan = arguments.GetValue(quick) ? BenchPlan.Quick : BenchPlan.Whole;
    return AuditBench.Run(plan with { Only = arguments.GetValue(only), Rounds = arguments.GetValue(rounds) ?? plan.Rounds }, arguments.GetValue(json), cancellation);
});
var parsed = command.Parse(args);
var exitCode = await parsed.InvokeAsync();
return parsed.Errors.Count > 0 ? UsageError : exitCode;
