using Spectre.Console;

namespace Sovereignty.Cli.Demo;

/// <summary>What the demo found right or wrong.</summary>
internal sealed class Checks
{
    private readonly List<(string What, bool Right, string Detail)> _all = [];

    public int Count => _all.Count;

    public int Wrong => _all.Count(check => !check.Right);

    public void Add(string what, bool right, string detail) => _all.Add((what, right, detail));

    public void Print()
    {
        foreach (var (what, right, detail) in _all)
        {
            AnsiConsole.MarkupLine($"{(right ? "[green]right[/]" : "[red]wrong[/]")}  {Markup.Escape(what)} [dim]({Markup.Escape(detail)})[/]");
        }
    }
}
