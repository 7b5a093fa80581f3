using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Sovereignty.Contracts;
using Spectre.Console;

namespace Sovereignty.Cli.Bench.Enforcement;

/// <summary>Checks over HTTP at the service itself, at a rate, beside an endpoint that answers nothing.</summary>
internal static class HttpCheckBench
{
    private const int Data = 50;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public static async Task<int> Run(EnforcementPlan plan, bool json, CancellationToken cancellationToken)
    {
        var platform = Platform.Load();
        await using var world = await LiveGrants.Prepare(platform, Data, cancellationToken);
        await using var many = ManyGrants.Open(platform);
        await many.Remove();
        try
        {
            await many.Add(world.Requests[0], plan.Grants, cancellationToken);
            using var reference = await StartReference(cancellationToken);
            var (bare, service) = (await Measure(reference.Address, null), await Measure(Service(platform), world.Token));
            reference.Process.Kill();
            Print(plan, bare, service, json);
            return 0;

            async Task<LoadFigure> Measure(Uri address, string? token)
            {
                using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = address };
                client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
                await OpenLoad.Run(plan.Rate / 2, WarmUp, Send, cancellationToken);
                return await OpenLoad.Run(plan.Rate, TimeSpan.FromSeconds(plan.Seconds), Send, cancellationToken);

                async Task<bool> Send(int number)
                {
                    using var response = await client.PostAsJsonAsync("/access/check", world.Question(number % Data), ContractJson.Options, cancellationToken);
                    return response.IsSuccessStatusCode
                        && (token is null || (await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("allowed").GetBoolean());
                }
            }
        }
        finally
        {
            await many.Remove();
        }
    }

    private static Uri Service(Platform platform)
    {
        _ = platform;
        var status = JsonDocument.Parse(File.ReadAllText(Path.Combine(Platform.StateFolder, "status.json"))).RootElement;
        var part = status.GetProperty("parts").EnumerateArray().First(part => part.GetProperty("name").GetString() == "access-service");
        return new(part.GetProperty("url").GetString() ?? throw new PlatformException("access-service does not run."));
    }

    private static async Task<Reference> StartReference(CancellationToken cancellationToken)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "sov.dll"), "bench", "bare-endpoint"]) { RedirectStandardOutput = true })!;
        var address = await process.StandardOutput.ReadLineAsync(cancellationToken);
        return new(process, new(address ?? throw new PlatformException("The reference did not start.")));
    }

    private static void Print(EnforcementPlan plan, LoadFigure bare, LoadFigure service, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { bench = "access-http", plan.Grants, plan.Rate, plan.Seconds, processors = Environment.ProcessorCount, service, bare }, JsonSerializerOptions.Web));
            return;
        }

        Console.WriteLine($"{plan.Rate:N0} checks a second offered for {plan.Seconds} s beside {plan.Grants:N0} active grants, each timed from when it was due, in ms; {Environment.ProcessorCount} processors shared by service, database and load.");
        Console.WriteLine("Goal: 2,000 a second with p99 at most 5 ms.");
        var table = new Table().RoundedBorder().AddColumn("").AddColumn("a second").AddColumn("failed").AddColumn("p50").AddColumn("p99");
        table.AddRow("check at the service", $"{service.PerSecond:N0}", $"{service.Failed}", $"{service.Took.P50:0.00}", $"{service.Took.P99:0.00}");
        table.AddRow("bare endpoint", $"{bare.PerSecond:N0}", $"{bare.Failed}", $"{bare.Took.P50:0.00}", $"{bare.Took.P99:0.00}");
        AnsiConsole.Write(table);
    }

    private sealed record Reference(Process Process, Uri Address) : IDisposable
    {
        public void Dispose()
        {
            if (!Process.HasExited)
            {
                Process.Kill();
            }

            Process.Dispose();
        }
    }
}
