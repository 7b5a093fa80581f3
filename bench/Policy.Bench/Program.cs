using System.CommandLine;
using Sovereignty.Policy.Bench;

const int UsageError = 64;
var quick = new Option<bool>("--quick") { Description = "Fewer batches and rounds" };
var json = new Option<bool>("--json") { Description = "Print figures for machines" };
var only = new Option<string?>("--only") { Description = "One of table" };
only.AcceptOnlyFromAmong("table");
var command = new RootCommand("Decisions by the compiled table beside the interpreter, in memory") { quick, json, only };
command.SetAction(arguments => PolicyBench.Run(arguments.GetValue(quick) ? BenchPlan.Quick : BenchPlan.Whole, arguments.GetValue(json)));
var parsed = command.Parse(args);
var exitCode = parsed.Invoke();
return parsed.Errors.Count > 0 ? UsageError : exitCode;
