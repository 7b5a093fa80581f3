using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Sovereignty.AppHost.Native;

/// <summary>A process told apart from a later one with the same id by when it started.</summary>
internal sealed record LiveProcess(int Pid, long Started)
{
    public static LiveProcess? Find(int pid) => Stat(pid) is { State: not 'Z' } stat ? new LiveProcess(pid, stat.Started) : null;

    [JsonIgnore]
    public bool IsAlive => Stat(Pid) is { State: not 'Z' } stat && stat.Started == Started;

    /// <summary>Processes whose environment carries the mark, wherever they come from.</summary>
    public static IReadOnlyList<LiveProcess> Marked(string mark)
    {
        var found = new List<LiveProcess>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid) && HasMark(pid, mark) && Find(pid) is { } process)
            {
                found.Add(process);
            }
        }

        return found;
    }

    public void Signal(string signal)
    {
        if (IsAlive)
        {
            using var kill = Process.Start(new ProcessStartInfo("kill", [$"-{signal}", $"{Pid}"]) { RedirectStandardError = true })!;
            kill.WaitForExit();
        }
    }

    public async Task<bool> HasEnded(TimeSpan limit, TimeProvider time)
    {
        var begin = time.GetTimestamp();
        while (IsAlive)
        {
            if (time.GetElapsedTime(begin) > limit)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(30), time);
        }

        return true;
    }

    private static (char State, long Started)? Stat(int pid)
    {
        try
        {
            // The second field is the program's name in parentheses and may itself hold both kinds of parentheses.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0][0], long.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool HasMark(int pid, string mark)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/environ").Split('\0').Contains(mark);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
