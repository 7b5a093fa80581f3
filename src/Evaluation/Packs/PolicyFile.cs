using System.Text.Json.Serialization;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation.Publishing;

namespace Sovereignty.Evaluation.Packs;

/// <summary>Policies, legal facts and classification rules as a file: a pack. Nothing in it is legal advice.</summary>
public sealed record PolicyFile
{
    /// <summary>The address of this schema, for editors.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>A short name, for example <c>gdpr</c>.</summary>
    public string? Name { get; init; }

    /// <summary>The name for people.</summary>
    public string? Title { get; init; }

    /// <summary>What the pack does and what it leaves out, for people.</summary>
    public string? Description { get; init; }

    /// <summary>A sentence that says that the pack is not legal advice.</summary>
    public string? NotLegalAdvice { get; init; }

    /// <summary>The laws, decisions and publications that it rests on.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Residency policies, each as <c>POST /residency/policies</c> takes it.</summary>
    public IReadOnlyList<PolicyRequest> Policies { get; init; } = [];

    /// <summary>Legal facts, each as <c>PUT /residency/facts/{id}</c> takes it.</summary>
    public IReadOnlyList<LegalFact> Facts { get; init; } = [];

    /// <summary>Classification rules, each as <c>PUT /residency/rules/{level}</c> takes it.</summary>
    public IReadOnlyList<ClassificationRule> Rules { get; init; } = [];
}
