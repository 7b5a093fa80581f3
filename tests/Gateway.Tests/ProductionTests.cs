using System.Diagnostics;

namespace Sovereignty.Gateway.Tests;

public sealed class ProductionTests
{
    [Fact]
    public async Task The_development_issuer_refuses_to_start_in_production()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Sovereignty.Gateway.dll")])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["DOTNET_ENVIRONMENT"] = "Production",
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["Issuer__Password"] = "anything",
                ["Issuer__KeyFolder"] = Path.GetTempPath(),
                ["Issuer__Url"] = "https://localhost:1",
            },
        };

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            var message = await process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            await output;

            Assert.Equal(1, process.ExitCode);
            Assert.Contains("must not run in the Production environment", message);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
