namespace Sovereignty.Messaging;

/// <summary>What endpoints own, ended with the service.</summary>
internal sealed class EndpointResources : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _resources = [];

    public void Add(IAsyncDisposable resource) => _resources.Add(resource);

    public async ValueTask DisposeAsync()
    {
        foreach (var resource in _resources)
        {
            await resource.DisposeAsync();
        }
    }
}
