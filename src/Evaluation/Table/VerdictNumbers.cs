using System.Runtime.CompilerServices;

namespace Sovereignty.Evaluation.Table;

/// <summary>Verdicts, numbered as they come and in the end by strength.</summary>
internal sealed class VerdictNumbers : IEqualityComparer<Verdict>
{
    private readonly Dictionary<Verdict, ushort> _numbers;

    public VerdictNumbers() => _numbers = new(this);

    public ushort this[Verdict verdict]
    {
        get
        {
            if (!_numbers.TryGetValue(verdict, out var number))
            {
                _numbers[verdict] = number = checked((ushort)_numbers.Count);
            }

            return number;
        }
    }

    /// <returns>The strongest first, of equal strength facts' before the platform's; and at each number so far, the final one.</returns>
    public (Verdict[] Verdicts, int[] Final) Order()
    {
        var ordered = _numbers.OrderBy(pair => pair.Key.Effect).ThenBy(pair => pair.Key.Fact is null).ThenBy(pair => pair.Value).ToArray();
        var final = new int[ordered.Length];
        for (var i = 0; i < ordered.Length; i++)
        {
            final[ordered[i].Value] = i;
        }

        return ([.. ordered.Select(pair => pair.Key)], final);
    }

    public bool Equals(Verdict x, Verdict y) => x.Effect == y.Effect && x.Code == y.Code && ReferenceEquals(x.Fact, y.Fact);

    public int GetHashCode(Verdict verdict) => HashCode.Combine(verdict.Effect, verdict.Code, verdict.Fact is null ? 0 : RuntimeHelpers.GetHashCode(verdict.Fact));
}
