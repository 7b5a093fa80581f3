namespace Sovereignty.AppHost.Native;

internal static class ResourceGraph
{
    /// <summary>Every resource after all it waits for.</summary>
    public static IReadOnlyList<ProcessResource> Order(IReadOnlyCollection<ProcessResource> resources)
    {
        var ordered = new List<ProcessResource>();
        var path = new List<ProcessResource>();
        foreach (var resource in resources)
        {
            Visit(resource);
        }

        return ordered;

        void Visit(ProcessResource resource)
        {
            if (ordered.Contains(resource))
            {
                return;
            }

            if (path.Contains(resource))
            {
                throw new InvalidOperationException(
                    $"Resources wait for each other: {string.Join(" -> ", path.Append(resource).Select(step => step.Name))}.");
            }

            path.Add(resource);
            foreach (var (dependency, _) in resource.Waits)
            {
                Visit(dependency);
            }

            path.Remove(resource);
            ordered.Add(resource);
        }
    }

    /// <summary>The named resources and everything they need.</summary>
    public static IReadOnlyList<ProcessResource> Only(IReadOnlyCollection<ProcessResource> resources, IReadOnlyCollection<string> names)
    {
        var unknown = names.Where(name => resources.All(resource => resource.Name != name)).ToList();
        return unknown is []
            ? Order([.. resources.Where(resource => names.Contains(resource.Name))])
            : throw new ArgumentException(
                $"No part is named {string.Join(", ", unknown)}. Known: {string.Join(", ", resources.Select(resource => resource.Name))}.");
    }

    public static bool RunsToCompletion(ProcessResource resource, IEnumerable<ProcessResource> all) =>
        all.Any(other => other.Waits.Contains((resource, WaitKind.Completed)));
}
