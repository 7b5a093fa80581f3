using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sovereignty.TransparencyLog;
using static Sovereignty.Witness.Tests.RunningWitness;

namespace Sovereignty.Witness.Tests;

public sealed class KilledWitnessTests : IDisposable
{
    private const int Rounds = 4;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly string _folder = NewFolder();
    private readonly int _port = FreePort();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_state_never_goes_back_when_the_process_is_killed()
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}") };
        var cosigned = 0;
        for (var round = 0; round < Rounds; round++)
        {
            using var process = Run();
            await UntilItAnswers(client, process);
            var held = await Held(client);
            Assert.True(held >= cosigned, $"{cosigned} was cosigned, {held} is held");

            // The same size once more, for the cosignature that a killed process may have kept for itself.
            if (held > 0)
            {
                Assert.Equal(HttpStatusCode.OK, await Add(client, held, held));
            }

            var submitting = Submit(client, held, size => cosigned = size);
            await Until(() => cosigned >= held + 8 + (5 * round), process);
            process.Kill();
            await submitting;
            await process.WaitForExitAsync();
        }

        Assert.True(cosigned > Rounds * 8);
    }

    private static async Task Submit(HttpClient client, int held, Action<int> cosigned)
    {
        try
        {
            for (var size = held + 1; await Add(client, size - 1, size) == HttpStatusCode.OK; size++)
            {
                cosigned(size);
            }
        }
        catch (HttpRequestException)
        {
        }
    }

    private static async Task<HttpStatusCode> Add(HttpClient client, int old, int size)
    {
        using var response = await client.PostAsync("/add-checkpoint", new StringContent(Body(old, size)));
        return response.StatusCode;
    }

    private static async Task<int> Held(HttpClient client)
    {
        // Asked with a size that it cannot hold: the answer says which it does.
        using var response = await client.PostAsync("/add-checkpoint", new StringContent(Body(1199, 1200)));
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        return int.Parse(await response.Content.ReadAsStringAsync(), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
    }

    private static Task UntilItAnswers(HttpClient client, Process process) => Until(
        async () =>
        {
            try
            {
                return (await client.GetAsync("/health")).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        },
        process);

    private static Task Until(Func<bool> condition, Process process) => Until(() => Task.FromResult(condition()), process);

    private static async Task Until(Func<Task<bool>> condition, Process process)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.False(process.HasExited, "The witness ended by itself.");
            Assert.True(clock.Elapsed < Limit, "The witness did not get there in time.");
            await Task.Delay(5);
        }
    }

    private Process Run()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Sovereignty.Witness.dll")]) { WorkingDirectory = _folder, RedirectStandardOutput = true };
        start.StandardOutputEncoding = Encoding.UTF8;
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{_port}";
        foreach (var (name, value) in Settings(_folder))
        {
            start.Environment[name.Replace(":", "__")] = value;
        }

        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        return process;
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
