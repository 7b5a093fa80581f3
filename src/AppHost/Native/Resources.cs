using System.Runtime.InteropServices;

namespace Sovereignty.AppHost.Native;

public interface IProjectMetadata
{
    string ProjectPath { get; }

    string AssemblyPath { get; }
}

public interface IResource
{
    string Name { get; }
}

public interface IResourceWithConnectionString : IResource
{
    ReferenceExpression ConnectionStringExpression { get; }
}

public sealed record ReferenceExpression(string Value)
{
    public static ReferenceExpression Create(FormattableString value) => new(value.ToString());
}

public sealed record ConnectionStringResource(string Name, ReferenceExpression ConnectionStringExpression) : IResourceWithConnectionString;

public sealed record EndpointReference(string Scheme, int Port)
{
    public string Url => $"{Scheme}://{(Scheme == "https" ? "localhost" : "127.0.0.1")}:{Port}";
}

public enum WaitKind
{
    Healthy,
    Completed,
}

public sealed record LivenessProbe(Func<CancellationToken, Task<bool>> IsAlive, TimeSpan Interval);

/// <summary>What the runner starts as a process, and what it needs before.</summary>
public abstract class ProcessResource(string name, string command, string workingDirectory, string[] arguments) : IResource
{
    public string Name => name;

    public string Command => command;

    public string WorkingDirectory => workingDirectory;

    public List<string> Arguments { get; } = [.. arguments];

    public Dictionary<string, string> Environment { get; } = [];

    public Dictionary<string, EndpointReference> Endpoints { get; } = [];

    public List<(ProcessResource Resource, WaitKind Kind)> Waits { get; } = [];

    public List<Func<CancellationToken, Task>> Preparations { get; } = [];

    /// <summary>True when ready; false or an exception means not yet.</summary>
    public Func<CancellationToken, Task<bool>>? Readiness { get; set; }

    /// <summary>Asked from the time the process was ready; one that keeps failing it is ended and started again.</summary>
    public LivenessProbe? Liveness { get; set; }

    public PosixSignal StopSignal { get; set; } = PosixSignal.SIGTERM;

    public string? Url => Endpoints.Values.FirstOrDefault()?.Url;
}

public sealed class ExecutableResource(string name, string command, string workingDirectory, string[] arguments)
    : ProcessResource(name, command, workingDirectory, arguments);

public sealed class ProjectResource(string name, IProjectMetadata project)
    : ProcessResource(name, "dotnet", Path.GetDirectoryName(project.ProjectPath)!, [project.AssemblyPath]);

/// <summary>Stands in for Aspire's event: the runner has nothing to tell beyond that it starts the resource.</summary>
public sealed record BeforeResourceStartedEvent(IResource Resource);
