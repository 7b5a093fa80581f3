using System.Text;
using Sovereignty.AccessService.Requests;

namespace Sovereignty.AccessService.Tests.Machine;

/// <summary>The machine as Mermaid draws it, and as a table.</summary>
internal static class StateDiagram
{
    public static string Draw(AccessRequestMachine machine, string first)
    {
        var transitions = Transition.Of(machine);
        var states = InOrder(machine);
        var text = new StringBuilder("```mermaid\nstateDiagram-v2\n").Append($"    [*] --> {first}\n");
        foreach (var from in states)
        {
            foreach (var to in states)
            {
                var events = transitions.Where(transition => transition.From == from && transition.To == to).Select(transition => transition.Event).Order().ToArray();
                if (events.Length > 0)
                {
                    text.Append($"    {from} --> {to}: {string.Join(", ", events)}\n");
                }
            }
        }

        foreach (var end in Ends(machine, states))
        {
            text.Append($"    {end} --> [*]\n");
        }

        return text.Append("```\n").ToString();
    }

    public static string Tabulate(AccessRequestMachine machine)
    {
        var transitions = Transition.Of(machine);
        var handled = Transition.Handled(machine);
        var events = machine.Events.Select(@event => @event.Name).Order().ToArray();
        var states = InOrder(machine);
        var text = new StringBuilder().Append($"| | {string.Join(" | ", events)} |\n|---|{string.Concat(events.Select(_ => "---|"))}\n");
        foreach (var state in states)
        {
            var cells = events.Select(@event => handled[state].Contains(@event)
                ? string.Join(", ", states.Where(to => transitions.Contains(new(state, @event, to))).DefaultIfEmpty("answered"))
                : "ignored");
            text.Append($"| {state} | {string.Join(" | ", cells)} |\n");
        }

        return text.ToString();
    }

    private static string[] InOrder(AccessRequestMachine machine) =>
        [.. States.Pending, .. States.Granted, .. machine.States.Except([machine.Initial, machine.Final]).Select(state => state.Name).Except([.. States.Pending, .. States.Granted]).Order()];

    private static IEnumerable<string> Ends(AccessRequestMachine machine, IEnumerable<string> states) =>
        states.Except(Transition.Of(machine).Select(transition => transition.From));
}
