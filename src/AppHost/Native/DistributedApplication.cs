namespace Sovereignty.AppHost.Native;

public interface IDistributedApplicationBuilder
{
    IResourceBuilder<T> AddResource<T>(T resource) where T : IResource;

    DistributedApplication Build();
}

public interface IResourceBuilder<out T> where T : IResource
{
    T Resource { get; }

    IDistributedApplicationBuilder ApplicationBuilder { get; }
}

/// <summary>The part of Aspire's application model that AppHost.cs uses, on plain processes.</summary>
public sealed class DistributedApplication
{
    private readonly string[] _arguments;
    private readonly IReadOnlyList<IResource> _resources;

    private DistributedApplication(string[] arguments, IReadOnlyList<IResource> resources)
    {
        _arguments = arguments;
        _resources = resources;
    }

    /// <summary>Answers a verb that only asks about what runs, or stops it, and ends there; else starts a model.</summary>
    public static IDistributedApplicationBuilder CreateBuilder(string[] args)
    {
        if (Commands.Answer(args, StateFolder.Open(running: true)) is { } exitCode)
        {
            Environment.Exit(exitCode);
        }

        // The model takes its ports as it is built, so what a killed host left on them has to go first.
        Commands.Claim(StateFolder.Open()).GetAwaiter().GetResult();
        return new Builder(args);
    }

    public void Run() =>
        Environment.ExitCode = Commands.Up(_arguments, [.. _resources.OfType<ProcessResource>()], StateFolder.Open()).GetAwaiter().GetResult();

    private sealed class Builder(string[] arguments) : IDistributedApplicationBuilder
    {
        private readonly List<IResource> _resources = [];

        public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource
        {
            if (_resources.Any(known => known.Name == resource.Name))
            {
                throw new InvalidOperationException($"Two resources are named '{resource.Name}'.");
            }

            _resources.Add(resource);
            return new ResourceBuilder<T>(resource, this);
        }

        public DistributedApplication Build() => new(arguments, _resources);
    }

    private sealed record ResourceBuilder<T>(T Resource, IDistributedApplicationBuilder ApplicationBuilder)
        : IResourceBuilder<T> where T : IResource;
}
