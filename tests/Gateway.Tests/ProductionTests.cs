using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Sovereignty.Gateway.Tests;

public sealed class ProductionTests
{
    [Fact]
    public async Task The_development_issuer_refuses_to_start_in_production()
    {
        var message = await Refusal(new()
        {
            ["Issuer__Password"] = "anything",
            ["Issuer__KeyFolder"] = Path.GetTempPath(),
            ["Issuer__Url"] = "https://localhost:1",
        });

        Assert.Contains("must not run in the Production environment", message);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("http://gateway.example")]
    public async Task Proofs_need_the_gateways_https_address(string? url)
    {
        var message = await Refusal(new()
        {
            ["Proofs__KeyFolder"] = Path.GetTempPath(),
            ["Proofs__Url"] = url,
            ["Authentication__Authority"] = "https://provider.example",
        });

        Assert.Contains("Proofs__Url", message);
    }

    [Fact]
    public async Task In_production_an_approver_of_another_issuer_gets_a_proof()
    {
        var provider = new RunningGateway();
        await provider.Start();
        var address = new Uri($"http://127.0.0.1:{RunningGateway.FreePort()}");
        using var process = Start(new()
        {
            ["ASPNETCORE_URLS"] = address.AbsoluteUri,
            ["Authentication__Authority"] = provider.Address.AbsoluteUri,
            ["SSL_CERT_FILE"] = provider.CertificateFile,
            ["Proofs__KeyFolder"] = provider.ProofKeyFolder,
            ["Proofs__Url"] = "https://gateway.example/",
        });
        try
        {
            var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            using var client = new HttpClient { BaseAddress = address };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await provider.Token("approver-de"));
            await Answers(client, process, output);

            using var response = await client.PostAsJsonAsync("/access/decision-proof", new { requestId = Guid.NewGuid(), decision = "deny" });

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var proof = new JsonWebToken((await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("proof").GetString());
            Assert.Equal("https://gateway.example/", proof.Issuer);
            Assert.Equal(provider.Address.AbsoluteUri, proof.GetClaim("subject_iss").Value);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
            await provider.DisposeAsync();
        }
    }

    private static async Task Answers(HttpClient client, Process process, Task<string[]> output)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                using var keys = await client.GetAsync("/access/decision-proof/keys", limit.Token);
                Assert.Equal(HttpStatusCode.OK, keys.StatusCode);
                return;
            }
            catch (HttpRequestException)
            {
                Assert.False(process.HasExited, process.HasExited ? string.Concat(await output) : null);
                await Task.Delay(50, limit.Token);
            }
        }
    }

    private static async Task<string> Refusal(Dictionary<string, string?> environment)
    {
        using var process = Start(environment);
        var output = process.StandardOutput.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            var message = await process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            await output;

            Assert.Equal(1, process.ExitCode);
            return message;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static Process Start(Dictionary<string, string?> environment)
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
            },
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
