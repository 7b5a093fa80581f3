namespace Sovereignty.Contracts.Access;

/// <summary>What a transfer of personal data to a country without an adequacy decision rests on (GDPR Art. 46, 47, 49).</summary>
public sealed record TransferMechanism
{
    /// <summary>The kind of instrument.</summary>
    public required TransferMechanismKind Kind { get; init; }

    /// <summary>Where it can be found, for example the number of the contract; 1 to 200 characters.</summary>
    public required string Reference { get; init; }

    /// <summary>Holds before this moment, in UTC.</summary>
    public required DateTimeOffset ValidUntil { get; init; }
}

/// <summary>Kinds of transfer mechanism.</summary>
public enum TransferMechanismKind
{
    /// <summary>Standard contractual clauses, GDPR Art. 46(2)(c).</summary>
    Scc,

    /// <summary>Binding corporate rules, GDPR Art. 47.</summary>
    Bcr,

    /// <summary>A derogation for a specific situation, GDPR Art. 49.</summary>
    Derogation,

    /// <summary>The recipient's certification under an adequacy decision that is limited to certified organisations, such as the EU-US Data Privacy Framework.</summary>
    Certification,
}
