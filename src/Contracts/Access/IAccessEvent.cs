namespace Sovereignty.Contracts.Access;

/// <summary>Something that happened to one access request or its grant.</summary>
public interface IAccessEvent : IEvent
{
    /// <summary>The request; also the order key of its events.</summary>
    Guid RequestId { get; }

    /// <summary>The request's version from then on. Rises by one with each transition, from 1; refused and repeated commands leave it.</summary>
    int Version { get; }

    /// <summary>The data that is asked for.</summary>
    string DataId { get; }

    /// <summary>The code of the region where the data is.</summary>
    string SourceRegion { get; }

    /// <summary>The code of the region through which it is to be seen.</summary>
    string TargetRegion { get; }
}
