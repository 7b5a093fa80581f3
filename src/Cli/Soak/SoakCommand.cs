using System.CommandLine;

namespace Sovereignty.Cli.Soak;

internal static class SoakCommand
{
    public static Command Create()
    {
        var seconds = new Option<int>("--seconds") { Description = "How long things are broken", DefaultValueFactory = _ => 600 };
        var seed = new Option<int>("--seed") { Description = "Begins load, faults and deaths", DefaultValueFactory = _ => 4 };
        var chaos = new Command("chaos", "Kills services, broker and database under load, then compares what was sent with what happened; 0 nothing lost or twice, 1 else")
        {
            seconds, seed,
        };
        chaos.SetAction((arguments, _) => ChaosSoak.Run(arguments.GetValue(seconds), arguments.GetValue(seed)));
        var entries = new Option<int>("--entries") { Description = "How far the log grows; 0 leaves this out", DefaultValueFactory = _ => 1_000_000 };
        var kills = new Option<int>("--kills") { Description = "How often audit-service is killed; 0 leaves this out", DefaultValueFactory = _ => 25 };
        var killSeed = new Option<int>("--seed") { Description = "Begins load and moments of the kills", DefaultValueFactory = _ => 7 };
        var audit = new Command("audit", "Grows a log while each entry read is proven to be in it, kills audit-service under load, and verifies all of both logs; 0 proven, valid and each event an entry once, 1 else")
        {
            entries, kills, killSeed,
        };
        audit.SetAction((arguments, _) => AuditSoak.Run(arguments.GetValue(entries), arguments.GetValue(kills), arguments.GetValue(killSeed)));
        return new Command("soak", "Long tests, on a broker and a database of their own") { chaos, audit };
    }
}
