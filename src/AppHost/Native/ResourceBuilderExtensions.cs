using System.Runtime.InteropServices;

namespace Sovereignty.AppHost.Native;

public static class ResourceBuilderExtensions
{
    public static IResourceBuilder<ExecutableResource> AddExecutable(
        this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params string[]? args) =>
        builder.AddResource(new ExecutableResource(name, command, workingDirectory, args ?? []));

    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new() =>
        builder.AddResource(new ProjectResource(name, new TProject()));

    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(
        this IDistributedApplicationBuilder builder, string name, ReferenceExpression connectionStringExpression) =>
        builder.AddResource(new ConnectionStringResource(name, connectionStringExpression));

    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, params string[] args) where T : ProcessResource
    {
        builder.Resource.Arguments.AddRange(args);
        return builder;
    }

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value)
        where T : ProcessResource
    {
        builder.Resource.Environment[name] = value ?? "";
        return builder;
    }

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, EndpointReference endpoint)
        where T : ProcessResource => builder.WithEnvironment(name, endpoint.Url);

    public static IResourceBuilder<T> WithReference<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<IResourceWithConnectionString> source, string? connectionName = null)
        where T : ProcessResource =>
        builder.WithEnvironment($"ConnectionStrings__{connectionName ?? source.Resource.Name}", source.Resource.ConnectionStringExpression.Value);

    public static IResourceBuilder<T> WithReference<T>(this IResourceBuilder<T> builder, IResourceBuilder<ProjectResource> source)
        where T : ProcessResource
    {
        foreach (var (name, endpoint) in source.Resource.Endpoints)
        {
            builder.WithEnvironment($"services__{source.Resource.Name}__{name}__0", endpoint.Url);
        }

        return builder;
    }

    public static IResourceBuilder<T> WithHttpEndpoint<T>(this IResourceBuilder<T> builder, int port, bool isProxied = false)
        where T : ProcessResource => builder.WithEndpoint("http", port, isProxied);

    public static IResourceBuilder<T> WithHttpsEndpoint<T>(this IResourceBuilder<T> builder, int port, bool isProxied = false)
        where T : ProcessResource => builder.WithEndpoint("https", port, isProxied);

    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder) where T : ProcessResource => builder;

    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name) where T : ProcessResource =>
        builder.Resource.Endpoints[name];

    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, string path) where T : ProcessResource
    {
        builder.Resource.Readiness = new HttpProbe(builder.Resource, path).Succeeds;
        return builder;
    }

    public static IResourceBuilder<T> WithReadiness<T>(this IResourceBuilder<T> builder, Func<CancellationToken, Task<bool>> isReady)
        where T : ProcessResource
    {
        builder.Resource.Readiness = isReady;
        return builder;
    }

    public static IResourceBuilder<T> WithStopSignal<T>(this IResourceBuilder<T> builder, PosixSignal signal) where T : ProcessResource
    {
        builder.Resource.StopSignal = signal;
        return builder;
    }

    public static IResourceBuilder<T> OnBeforeResourceStarted<T>(
        this IResourceBuilder<T> builder, Func<T, BeforeResourceStartedEvent, CancellationToken, Task> callback) where T : ProcessResource
    {
        var resource = builder.Resource;
        resource.Preparations.Add(cancellation => callback(resource, new BeforeResourceStartedEvent(resource), cancellation));
        return builder;
    }

    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<ProcessResource> dependency)
        where T : ProcessResource
    {
        builder.Resource.Waits.Add((dependency.Resource, WaitKind.Healthy));
        return builder;
    }

    public static IResourceBuilder<T> WaitForCompletion<T>(this IResourceBuilder<T> builder, IResourceBuilder<ProcessResource> dependency)
        where T : ProcessResource
    {
        builder.Resource.Waits.Add((dependency.Resource, WaitKind.Completed));
        return builder;
    }

    private static IResourceBuilder<T> WithEndpoint<T>(this IResourceBuilder<T> builder, string scheme, int port, bool isProxied)
        where T : ProcessResource
    {
        if (isProxied)
        {
            throw new NotSupportedException("The native runner puts no proxy before a part.");
        }

        var endpoint = new EndpointReference(scheme, port);
        builder.Resource.Endpoints.Add(scheme, endpoint);
        builder.Resource.Liveness ??= new LivenessProbe(new HttpProbe(builder.Resource, "/alive").Succeeds, TimeSpan.FromSeconds(10));
        return builder.WithEnvironment("ASPNETCORE_URLS", endpoint.Url);
    }
}
