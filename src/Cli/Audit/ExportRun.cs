using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.Cli.Audit;

/// <summary><c>audit export</c>.</summary>
internal static class ExportRun
{
    public static async Task<int> Run(DirectoryInfo folder, string person, CancellationToken ct)
    {
        using var client = await Platform.Load().SignIn(person);
        try
        {
            var outcome = await new LogMirror(new HttpLogFiles(client, new Uri(client.BaseAddress!, LogPlace.PathAtGateway)), folder.FullName).Update(Progress, ct);
            Console.WriteLine($"{outcome.Size:N0} entries in {folder.FullName}; {outcome.Fetched:N0} files fetched, {outcome.Kept:N0} were there. Verify it: ./sov audit verify --log {folder}");
            if (outcome.OtherPolicy)
            {
                await Console.Error.WriteLineAsync("The log now hands out another policy. Yours was kept; the other is policy.offered.");
            }

            return 0;
        }
        catch (IOException exception)
        {
            throw new PlatformException($"The log cannot be copied: {exception.Message}");
        }
    }

    private static void Progress(long done, long all) => Console.Error.WriteLine($"{done:N0} of {all:N0} files");
}
