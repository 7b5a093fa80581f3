using System.Diagnostics;
using System.Text.Json;
using Sovereignty.Testing;

namespace Sovereignty.TransparencyLog.Tests;

/// <summary>The verifier in another language, on many cases at once.</summary>
internal static class NodeVerifier
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static string Tool => Path.Combine(Repository.Folder, "tools/verify-log.mjs");

    public static async Task<string[]> Judge(string folder, IReadOnlyList<LogCase> cases)
    {
        var (file, verdicts) = (Path.Combine(folder, "cases.json"), Path.Combine(folder, "verdicts.json"));
        await File.WriteAllBytesAsync(file, JsonSerializer.SerializeToUtf8Bytes(cases, JsonSerializerOptions.Web));
        using var process = Process.Start(new ProcessStartInfo("node", [Path.Combine(AppContext.BaseDirectory, "judge.mjs"), Tool, file, verdicts]) { RedirectStandardError = true })!;
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var error = await process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 0, error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }

        return JsonSerializer.Deserialize<string[]>(await File.ReadAllBytesAsync(verdicts))!;
    }
}
