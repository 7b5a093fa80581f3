using Sovereignty.Contracts.Regions;
using Sovereignty.RegionService.Catalogue;

namespace Sovereignty.RegionService.Registry;

internal sealed class RegionRow
{
    private RegionRow()
    {
    }

    public string Code { get; private set; } = null!;

    public string Provider { get; private set; } = null!;

    public string Partition { get; private set; } = null!;

    public string Country { get; private set; } = null!;

    public string? Place { get; private set; }

    public string Operator { get; private set; } = null!;

    public string[] OperatorJurisdictions { get; private set; } = [];

    public string[] Endpoints { get; private set; } = [];

    public RegionState State { get; private set; }

    public int Version { get; private set; }

    public DateTimeOffset RegisteredAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    internal static RegionRow Register(RegisterRegion asked, DateTimeOffset now)
    {
        var row = new RegionRow { Code = asked.Code };
        row.RegisterAgain(asked, now);
        return row;
    }

    internal static RegionRow FromCatalogue(CatalogueRegion known, DateTimeOffset now) => new()
    {
        Code = known.Code,
        Provider = known.Provider,
        Partition = known.Partition,
        Country = known.Country,
        Place = known.Place,
        Operator = known.Operator,
        OperatorJurisdictions = [.. known.OperatorJurisdictions],
        State = RegionState.Active,
        Version = 1,
        RegisteredAt = now,
        ChangedAt = now,
    };

    internal void RegisterAgain(RegisterRegion asked, DateTimeOffset now)
    {
        Provider = asked.Provider;
        Partition = asked.Partition;
        Country = asked.Country;
        Place = asked.Place;
        Operator = asked.Operator;
        OperatorJurisdictions = [.. asked.OperatorJurisdictions];
        Endpoints = [.. asked.Endpoints!.Select(endpoint => endpoint.AbsoluteUri)];
        State = RegionState.Proposed;
        RegisteredAt = now;
        Changed(now);
    }

    /// <summary>Takes a new description; false where nothing is new.</summary>
    internal bool Describe(ChangeRegion asked, DateTimeOffset now)
    {
        string[] endpoints = [.. asked.Endpoints!.Select(endpoint => endpoint.AbsoluteUri)];
        if (Place == asked.Place && Operator == asked.Operator
            && OperatorJurisdictions.SequenceEqual(asked.OperatorJurisdictions!) && Endpoints.SequenceEqual(endpoints))
        {
            return false;
        }

        Place = asked.Place;
        Operator = asked.Operator!;
        OperatorJurisdictions = [.. asked.OperatorJurisdictions!];
        Endpoints = endpoints;
        Changed(now);
        return true;
    }

    internal void MoveTo(RegionState state, DateTimeOffset now)
    {
        State = state;
        Changed(now);
    }

    internal Region ToContract() => new()
    {
        Code = Code,
        Provider = Provider,
        Partition = Partition,
        Country = Country,
        Place = Place,
        Operator = Operator,
        OperatorJurisdictions = OperatorJurisdictions,
        Endpoints = [.. Endpoints.Select(endpoint => new Uri(endpoint))],
        State = State,
        Version = Version,
    };

    private void Changed(DateTimeOffset now)
    {
        Version++;
        ChangedAt = now;
    }
}
