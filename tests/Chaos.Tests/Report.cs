using Xunit.Abstractions;

namespace Sovereignty.ChaosTests;

/// <summary>Says what happens while it happens: to the test's output, and to the file that a long run is followed by.</summary>
internal sealed class Report(ITestOutputHelper output)
{
    private readonly string? _file = Environment.GetEnvironmentVariable("CHAOS_REPORT");

    public void Line(string line)
    {
        output.WriteLine(line);
        if (_file is not null)
        {
            File.AppendAllText(_file, $"{line}\n");
        }
    }
}
