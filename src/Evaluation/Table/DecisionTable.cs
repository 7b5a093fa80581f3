using System.Collections.Concurrent;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Table;

/// <summary>
/// What one snapshot says, laid out so that a decision is a few look-ups: for each policy, and for each set of facts that can
/// concern data, a row with a verdict per region and kind of copy. Of a policy's verdict and the facts' the stronger holds.
/// A name that the snapshot does not know has a number too, the one of all such names.
/// </summary>
public sealed class DecisionTable
{
    internal const int Levels = 5;
    private const int CopyKinds = 3;
    private const int Covers = 3;

    // A refusal as a number, so that the least of several is the reason: effect, kind of copy, order of the region's code, verdict.
    private const int EffectShift = 48;
    private const int CopyShift = 32;
    private const int OrderShift = 16;
    private const ulong NoRefusal = ulong.MaxValue;

    private static readonly RegionKey Unregistered = new(ushort.MaxValue, ushort.MaxValue);

    private static readonly NameTable<int> LevelNumbers = new([.. ClassificationLevels.Names.Select(name => KeyValuePair.Create(name, (int)ClassificationLevels.Find(name)!))]);

    private readonly PolicySnapshot _snapshot;
    private readonly NameTable<int> _tenantNumbers;
    private readonly NameTable<int> _typeNumbers;
    private readonly NameTable<int> _originNumbers;
    private readonly NameTable<RegionKey> _regionKeys;
    private readonly string[] _regionCodes;
    private readonly int _origins;
    private readonly TenantEntry[] _tenants;
    private readonly int[] _ownTypes;
    private readonly int[] _ownPolicies;
    private readonly TypeEntry[] _types;
    private readonly ResidencyPolicy?[] _policies;
    private readonly int[] _policyRows;
    private readonly ushort[] _policyCells;
    private readonly int[] _factRows;
    private readonly ushort[] _factCells;
    private readonly LegalFact[][] _facts;
    private readonly Obligations?[] _obligations;
    private readonly ulong[] _levelRefusals;
    private readonly DecisionOutcome[] _admissions;
    private readonly Verdict[] _verdicts;
    private readonly ulong[] _refusals;
    private readonly ConcurrentDictionary<(int PolicyRow, int FactRow, CopyKind Copy), Region[]> _permitted = [];

    internal DecisionTable(PolicySnapshot snapshot, TableContent content)
    {
        _snapshot = snapshot;
        _tenantNumbers = content.Tenants.ToTable();
        _typeNumbers = content.Types.ToTable();
        _originNumbers = content.Origins.ToTable();
        _origins = content.Origins.Count + 2;
        _regionCodes = content.RegionCodes;
        _regionKeys = new([.. _regionCodes.Select((code, i) => KeyValuePair.Create(code, new RegionKey((ushort)i, (ushort)((2 * i) + 1))))]);
        _tenants = content.TenantEntries;
        _ownTypes = content.OwnTypes;
        _ownPolicies = content.OwnPolicies;
        _types = content.TypeEntries;
        _policies = content.Policies;
        _policyRows = content.PolicyRows;
        _policyCells = content.PolicyCells;
        _factRows = content.FactRows;
        _factCells = content.FactCells;
        _facts = content.Facts;
        _obligations = content.Obligations;
        _verdicts = content.Verdicts;
        _refusals = [.. _verdicts.Select((verdict, i) => verdict.Effect is Effect.Permit ? NoRefusal : ((ulong)verdict.Effect << EffectShift) | (uint)i)];
        var levelUnknown = _refusals[Array.IndexOf(_verdicts, TableCompiler.LevelUnknown)];
        _levelRefusals = [.. _obligations.Select(obligations => obligations is null ? levelUnknown : NoRefusal)];
        _admissions = [.. _obligations.Select(Evaluator.Admission)];
    }

    public long Epoch => _snapshot.Epoch;

    /// <summary>Bytes of the rows, and of what leads to them besides names.</summary>
    public long Size =>
        (2L * (_policyCells.Length + _factCells.Length)) + (8L * (_policies.Length + _facts.Length + _obligations.Length + _levelRefusals.Length))
        + (4L * (_ownTypes.Length + _ownPolicies.Length + _policyRows.Length + _factRows.Length)) + (16L * _tenants.Length) + (8L * _types.Length);

    public static DecisionTable Compile(PolicySnapshot snapshot) => new(snapshot, TableCompiler.Compile(snapshot));

    public CellKey KeyOf(PlacementCell cell) => KeyOf(cell.TenantId, cell.DataType, cell.OriginCountry, cell.Level is { } level ? (int)level : Levels);

    public RegionKey KeyOf(string region)
    {
        var key = _regionKeys.Find(region, otherwise: Unregistered);
        return key == Unregistered ? KeyOfUnregistered(region) : key;
    }

    public PlacementKey KeyOf(Placement placement) =>
        new(CellOf(placement), [.. placement.Copies().Select(copy => new CopyKey(copy.Kind, KeyOf(copy.Region)))]);

    public ICellVerdicts Find(PlacementCell cell) => new TableCell(this, KeyOf(cell));

    public Verdict Judge(CellKey cell, CopyKey copy) => _verdicts[VerdictOf(_policyRows[PolicyOf(cell)], _factRows[FactsOf(cell)], copy.Kind, copy.Region.Column)];

    /// <summary>The whole placement, as <see cref="Evaluator"/> decides it; allocates nothing.</summary>
    public TableDecision Decide(Placement placement)
    {
        if (placement.MinimumEpoch > Epoch)
        {
            return new(DecisionOutcome.Indeterminate, ReasonCodes.EpochNotReached, null);
        }

        var cell = CellOf(placement);
        var policy = PolicyOf(cell);
        var (policyRow, factRow, obligations) = (_policyRows[policy], _factRows[FactsOf(cell)], ObligationsOf(cell));
        var reason = Math.Min(_levelRefusals[obligations], Refusal(policyRow, factRow, CopyKind.Primary, KeyOf(placement.PrimaryRegion)));
        reason = Math.Min(reason, Refusal(policyRow, factRow, CopyKind.Replica, placement.ReplicaRegions));
        reason = Math.Min(reason, Refusal(policyRow, factRow, CopyKind.Backup, placement.BackupRegions));
        return Answer(reason, policy, obligations);
    }

    /// <summary>The same from numbers; the demanded epoch is the caller's to check.</summary>
    public TableDecision Decide(in PlacementKey placement)
    {
        var cell = placement.Cell;
        var policy = PolicyOf(cell);
        var (policyRow, factRow, obligations) = (_policyRows[policy], _factRows[FactsOf(cell)], ObligationsOf(cell));
        var reason = _levelRefusals[obligations];
        foreach (var copy in placement.Copies)
        {
            reason = Math.Min(reason, Refusal(policyRow, factRow, copy.Kind, copy.Region));
        }

        return Answer(reason, policy, obligations);
    }

    internal ResidencyPolicy? PolicyAt(CellKey cell) => _policies[PolicyOf(cell)];

    internal IReadOnlyList<LegalFact> FactsAt(CellKey cell) => _facts[FactsOf(cell)];

    internal Obligations? ObligationsAt(CellKey cell) => _obligations[ObligationsOf(cell)];

    internal IReadOnlyList<Region> PermittedAt(CellKey cell, CopyKind copy) => _permitted.GetOrAdd(
        (_policyRows[PolicyOf(cell)], _factRows[FactsOf(cell)], copy),
        static (rows, table) =>
        [
            .. table._snapshot.ActiveRegions.Where(region =>
                table._verdicts[table.VerdictOf(rows.PolicyRow, rows.FactRow, rows.Copy, table.KeyOf(region.Code).Column)].Effect is Effect.Permit),
        ],
        this);

    private CellKey CellOf(Placement placement) => KeyOf(
        placement.TenantId,
        placement.DataType,
        placement.OriginCountry,
        placement.Classification is { } level ? LevelNumbers.Find(level, otherwise: Levels) : Levels);

    private CellKey KeyOf(string tenant, string type, string? origin, int level) => new(
        _tenantNumbers.Find(tenant, otherwise: _tenants.Length - 1),
        _typeNumbers.Find(type, otherwise: _types.Length - 1),
        origin is null ? 0 : _originNumbers.Find(origin, otherwise: _origins - 1),
        level);

    private int PolicyOf(CellKey cell)
    {
        ref readonly var tenant = ref _tenants[cell.Tenant];
        if (tenant.OwnCount > 0)
        {
            var own = _ownTypes.AsSpan(tenant.OwnStart, tenant.OwnCount).BinarySearch(cell.DataType);
            if (own >= 0)
            {
                return _ownPolicies[tenant.OwnStart + own];
            }
        }

        return tenant.Default >= 0 ? tenant.Default : _types[cell.DataType].Default;
    }

    private int FactsOf(CellKey cell) => TableContent.FactsIndex(_types[cell.DataType].Facts, _origins, cell.Origin, cell.Level);

    private int ObligationsOf(CellKey cell) => TableContent.ObligationsIndex(_tenants[cell.Tenant].Obligations, cell.Level);

    private int VerdictOf(int policyRow, int factRow, CopyKind copy, int column)
    {
        var position = (column * CopyKinds) + (int)copy;
        var byPolicy = _policyCells[policyRow + position];
        var byFacts = _factCells[factRow + (position * Covers) + (int)PolicyCell.Cover(byPolicy)];
        return Math.Min(byFacts, PolicyCell.Verdict(byPolicy));
    }

    private ulong Refusal(int policyRow, int factRow, CopyKind copy, RegionKey region) =>
        _refusals[VerdictOf(policyRow, factRow, copy, region.Column)] | ((ulong)(copy + 1) << CopyShift) | ((ulong)region.Order << OrderShift);

    private ulong Refusal(int policyRow, int factRow, CopyKind copy, IReadOnlyList<string> regions)
    {
        // Nearly always an array, which is several times faster as itself than as a list.
        if (regions is string[] codes)
        {
            return Refusal(policyRow, factRow, copy, codes.AsSpan());
        }

        var reason = NoRefusal;
        for (var i = 0; i < regions.Count; i++)
        {
            reason = Math.Min(reason, Refusal(policyRow, factRow, copy, KeyOf(regions[i])));
        }

        return reason;
    }

    private ulong Refusal(int policyRow, int factRow, CopyKind copy, ReadOnlySpan<string> regions)
    {
        var reason = NoRefusal;
        foreach (var region in regions)
        {
            reason = Math.Min(reason, Refusal(policyRow, factRow, copy, KeyOf(region)));
        }

        return reason;
    }

    private TableDecision Answer(ulong reason, int policy, int obligations)
    {
        if (reason == NoRefusal)
        {
            return new(_admissions[obligations], ReasonCodes.Compliant, _policies[policy]);
        }

        ref readonly var verdict = ref _verdicts[(ushort)reason];
        return new(Evaluator.OutcomeOf(verdict.Effect), verdict.Code, _policies[policy], verdict.Fact);
    }

    private RegionKey KeyOfUnregistered(string code)
    {
        var next = ~Array.BinarySearch(_regionCodes, code, StringComparer.Ordinal);
        return new((ushort)(PseudoRegions.Contains(code) ? TableContent.PseudoColumn(_regionCodes.Length) : TableContent.UnknownColumn(_regionCodes.Length)), (ushort)(2 * next));
    }

    /// <summary>One cell of the table, with what a full decision needs.</summary>
    private sealed class TableCell(DecisionTable table, CellKey key) : ICellVerdicts
    {
        public ResidencyPolicy? Policy => table.PolicyAt(key);

        public IReadOnlyList<LegalFact> Facts => table.FactsAt(key);

        public Obligations? Obligations => table.ObligationsAt(key);

        public Verdict Judge(CopyKind copy, string region) => table.Judge(key, new(copy, table.KeyOf(region)));

        public IEnumerable<Region> Permitted(CopyKind copy) => table.PermittedAt(key, copy);
    }
}
