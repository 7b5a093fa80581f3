namespace Sovereignty.Evaluation.Table;

/// <summary>What a policy says to a copy in a region: the verdict's number, and in the low bits what its mechanisms cover there.</summary>
internal static class PolicyCell
{
    private const int CoverBits = 2;

    public static int Of(int verdict, MechanismCover cover) => (verdict << CoverBits) | (int)cover;

    public static int Verdict(int cell) => cell >> CoverBits;

    public static MechanismCover Cover(int cell) => (MechanismCover)(cell & ((1 << CoverBits) - 1));
}
