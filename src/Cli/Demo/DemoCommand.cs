using System.CommandLine;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace Sovereignty.Cli.Demo;

/// <summary>The main job, played by a client in a process of its own: policies, data, decisions, access, report, proof.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var count = new Option<int>("--count") { Description = "How many DataCreated to publish", DefaultValueFactory = _ => 1200 };
        count.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < Scenario.KindsOfData)
            {
                result.AddError($"At least {Scenario.KindsOfData}: one DataCreated of each kind.");
            }
        });
        var seed = new Option<int>("--seed") { Description = "Seed of the mix of data", DefaultValueFactory = _ => 1 };
        var keep = new Option<bool>("--keep") { Description = "Leave the platform running" };
        var command = new Command("demo", "Plays the main job against the running platform") { count, seed, keep };
        command.SetAction((arguments, _) => Run(arguments.GetValue(count), arguments.GetValue(seed), arguments.GetValue(keep)));
        return command;
    }

    private static async Task<int> Run(int count, int seed, bool keep)
    {
        var platform = Platform.Load();
        var run = $"demo-{Guid.NewGuid().ToString("N")[..8]}";
        var begun = TimeProvider.System.GetUtcNow();
        var checks = new Checks();
        AnsiConsole.MarkupLine($"[bold]Sovereignty[/] at [link]{platform.Gateway}[/]");
        AnsiConsole.WriteLine();

        using var admin = await platform.SignIn("policy-admin");
        await ResidencyPart.Regions(admin);
        await ResidencyPart.Policies(admin);
        var whatIf = await WhatIfPart.Begin(admin);

        var ledger = new DecisionLedger();
        using var host = await Bus.Start(platform.Amqp["platform-service"], "demo-client", bus => bus.ReceiveEndpoint($"platform.{run}", endpoint =>
        {
            endpoint.AutoDelete = true;
            endpoint.PrefetchCount = 500;
            endpoint.Instance(ledger);
        }));
        var bus = host.Services.GetRequiredService<IBus>();
        var data = Scenario.Generate(run, count, seed).ToList();
        await ResidencyPart.PublishAndWait(bus, data, ledger);
        ResidencyPart.Compare(data, ledger, checks);
        await ResidencyPart.Duplicates(bus, data, ledger, checks);
        await ResidencyPart.Explain(platform, data[2].Data);

        await whatIf.Play(data, checks);

        using var cast = await Cast.SignIn(platform);
        var tally = new AccessTally();
        await using (var enforcer = await Enforcer.Start(platform))
        {
            await new AccessPart(cast, bus, admin, enforcer, checks, tally).Play(data);
        }

        await host.StopAsync();

        await ReportPart.Show(cast.Officer, begun, tally, checks);
        await LogPart.Show(platform, data, checks);
        return Summary(checks, platform, keep);
    }

    private static int Summary(Checks checks, Platform platform, bool keep)
    {
        AnsiConsole.WriteLine();
        checks.Print();
        AnsiConsole.WriteLine();
        if (keep)
        {
            AnsiConsole.MarkupLine($"It keeps running: the API is described at {platform.Gateway}scalar. Stop it with ./sov down.");
        }

        AnsiConsole.MarkupLine(checks.Wrong == 0 ? "[green]The demo came out right.[/]" : $"[red]{checks.Wrong} of {checks.Count} checks came out wrong.[/]");
        return checks.Wrong == 0 ? 0 : 1;
    }
}
