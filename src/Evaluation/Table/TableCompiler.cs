using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Table;

/// <summary>Asks the interpreter's own functions about everything that can be asked, and writes the answers down.</summary>
internal sealed class TableCompiler
{
    internal static readonly Verdict LevelUnknown = new(Effect.Unknown, ReasonCodes.ClassificationUnknown);

    private const int NoPolicy = -1;

    // Stands for every name that the snapshot does not know; no input has a control character.
    private const string AnyOther = "\0";

    private static readonly MechanismCover[] Covers = Enum.GetValues<MechanismCover>();
    private static readonly CopyKind[] CopyKinds = Enum.GetValues<CopyKind>();
    private static readonly ClassificationLevel?[] Levels = [.. Enum.GetValues<ClassificationLevel>(), null];

    private readonly PolicySnapshot _snapshot;
    private readonly Region[] _regions;
    private readonly VerdictNumbers _verdicts = new();
    private readonly RowSet _policyRows = new();
    private readonly RowSet _factRows = new();

    private TableCompiler(PolicySnapshot snapshot)
    {
        _snapshot = snapshot;
        _regions = [.. snapshot.Regions.OrderBy(region => region.Code, StringComparer.Ordinal)];
        _ = _verdicts[LevelUnknown];
    }

    public static TableContent Compile(PolicySnapshot snapshot) => new TableCompiler(snapshot).Compile();

    private TableContent Compile()
    {
        ResidencyPolicy[] policies =
        [
            .. _snapshot.Policies.Select(policy => (policy.Policy.TenantId, policy.Policy.DataType)).Distinct()
                .Select(level => PolicySelection.At(_snapshot, level.TenantId, level.DataType))
                .OfType<ResidencyPolicy>(),
        ];
        LegalFact[] facts = [.. _snapshot.Facts.Where(fact => fact.Effect is not LegalEffect.None)];
        Numbers choosers = new(_snapshot.Retentions.Select(choice => choice.TenantId), first: 1);
        Numbers tenants = new([.. policies.Select(policy => policy.TenantId), .. choosers.Names]);
        Numbers factTypes = new(facts.SelectMany(fact => fact.DataTypes));
        Numbers types = new([.. policies.Select(policy => policy.DataType), .. factTypes.Names]);
        Numbers origins = new(
            [.. _snapshot.Facts.SelectMany(fact => new[] { fact.Country, fact.From }), .. _snapshot.Groups.SelectMany(group => group.Members).Select(member => member.Country)],
            first: 1);

        var (factLists, factRows) = Facts(facts, factTypes, origins);
        int[] policyRows = [.. policies.Select(PolicyRow), PolicyRow(null)];
        var (tenantEntries, ownTypes, ownPolicies) = Tenants(policies, tenants, types, choosers);
        var (verdicts, final) = _verdicts.Order();
        return new()
        {
            Tenants = tenants,
            Types = types,
            Origins = origins,
            RegionCodes = [.. _regions.Select(region => region.Code)],
            TenantEntries = tenantEntries,
            TypeEntries = Types(policies, types, factTypes),
            OwnTypes = ownTypes,
            OwnPolicies = ownPolicies,
            Policies = [.. policies, null],
            PolicyRows = policyRows,
            PolicyCells = _policyRows.Cells(cell => PolicyCell.Of(final[PolicyCell.Verdict(cell)], PolicyCell.Cover(cell))),
            Facts = factLists,
            FactRows = factRows,
            FactCells = _factRows.Cells(cell => final[cell]),
            Obligations =
            [
                .. from tenant in choosers.Names.Prepend(AnyOther)
                   from level in Levels
                   select level is { } known ? ObligationLattice.Of(known, tenant, _snapshot) : null,
            ],
            Verdicts = verdicts,
        };
    }

    private static (TenantEntry[] Entries, int[] OwnTypes, int[] OwnPolicies) Tenants(ResidencyPolicy[] policies, Numbers tenants, Numbers types, Numbers choosers)
    {
        TenantEntry[] entries = [.. tenants.Names.Select(tenant => new TenantEntry(NoPolicy, 0, 0, choosers.Find(tenant) ?? 0)), new(NoPolicy, 0, 0, 0)];
        var own = new List<(int Tenant, int Type, int Policy)>();
        foreach (var (i, policy) in policies.Index())
        {
            if (tenants.Find(policy.TenantId) is { } tenant)
            {
                if (types.Find(policy.DataType) is { } type)
                {
                    own.Add((tenant, type, i));
                }
                else
                {
                    entries[tenant] = entries[tenant] with { Default = i };
                }
            }
        }

        own.Sort();
        foreach (var (i, (tenant, _, _)) in own.Index())
        {
            var entry = entries[tenant];
            entries[tenant] = entry with { OwnStart = entry.OwnCount == 0 ? i : entry.OwnStart, OwnCount = entry.OwnCount + 1 };
        }

        return (entries, [.. own.Select(policy => policy.Type)], [.. own.Select(policy => policy.Policy)]);
    }

    private static TypeEntry[] Types(ResidencyPolicy[] policies, Numbers types, Numbers factTypes)
    {
        var platform = Array.FindIndex(policies, policy => policy is { TenantId: null, DataType: null });
        var otherwise = platform < 0 ? policies.Length : platform;
        TypeEntry[] entries = [.. types.Names.Select(type => new TypeEntry(otherwise, factTypes.Find(type) ?? factTypes.Count)), new(otherwise, factTypes.Count)];
        foreach (var (i, policy) in policies.Index())
        {
            if (policy.TenantId is null && types.Find(policy.DataType) is { } type)
            {
                entries[type] = entries[type] with { Default = i };
            }
        }

        return entries;
    }

    private (LegalFact[][] Lists, int[] Rows) Facts(LegalFact[] facts, Numbers types, Numbers origins)
    {
        var known = new Dictionary<(string? Origin, string Facts), (LegalFact[] List, int Row)>();
        var cells =
            from type in types.Names.Append(AnyOther)
            from origin in origins.Names.Prepend(null).Append(AnyOther)
            from level in Levels
            select new PlacementCell(AnyOther, type, level, origin);
        var found = cells.Select(cell =>
        {
            int[] concerned = [.. Enumerable.Range(0, facts.Length).Where(i => facts[i].Concerns(cell, _snapshot))];
            var key = (concerned is [] ? null : cell.OriginCountry, string.Join(',', concerned));
            if (!known.TryGetValue(key, out var entry))
            {
                LegalFact[] list = [.. concerned.Select(i => facts[i])];
                known[key] = entry = (list, FactRow(list, cell));
            }

            return entry;
        }).ToArray();
        return ([.. found.Select(entry => entry.List)], [.. found.Select(entry => entry.Row)]);
    }

    private int FactRow(LegalFact[] facts, PlacementCell cell)
    {
        var byRegion =
            from region in _regions
            from copy in CopyKinds
            from cover in Covers
            select _verdicts[Interpreter.JudgeByFacts(facts, cell, cover, region, copy, _snapshot)];
        var unregistered = Enumerable.Repeat(_verdicts[Verdict.Nothing], TableContent.ExtraColumns * CopyKinds.Length * Covers.Length);
        return _factRows.Add([.. byRegion, .. unregistered]);
    }

    private int PolicyRow(ResidencyPolicy? policy)
    {
        Span<ushort> row = new ushort[(_regions.Length + TableContent.ExtraColumns) * CopyKinds.Length];
        for (var column = 0; column < _regions.Length; column++)
        {
            var cover = LegalFacts.Cover(policy, _regions[column].Country, _snapshot);
            foreach (var copy in CopyKinds)
            {
                Write(row, column, copy, Interpreter.JudgeByPolicy(policy, _regions[column], copy, _snapshot), cover);
            }
        }

        foreach (var copy in CopyKinds)
        {
            Write(row, TableContent.UnknownColumn(_regions.Length), copy, Interpreter.JudgeUnregistered(AnyOther), MechanismCover.None);
            Write(row, TableContent.PseudoColumn(_regions.Length), copy, Interpreter.JudgeUnregistered("global"), MechanismCover.None);
        }

        return _policyRows.Add(row);
    }

    private void Write(Span<ushort> row, int column, CopyKind copy, Verdict verdict, MechanismCover cover) =>
        row[(column * CopyKinds.Length) + (int)copy] = checked((ushort)PolicyCell.Of(_verdicts[verdict], cover));
}
