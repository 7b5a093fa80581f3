namespace Sovereignty.Messaging.Bench.Batch;

/// <summary>Asks the product.</summary>
public sealed record Asked(Question Question);

/// <summary>The product's answer.</summary>
public sealed record Answered(Answer Answer);

/// <summary>Asks bare MassTransit.</summary>
public sealed record BareAsked(Question Question);

/// <summary>Bare MassTransit's answer.</summary>
public sealed record BareAnswered(Answer Answer);

public sealed record Question(Guid Id, string Tenant, string Region, string Purpose, string[] Regions);

public sealed record Answer(Guid Id, string Tenant, string Outcome, string Reason, string[] Regions)
{
    public static Answer To(Question question) =>
        new(question.Id, question.Tenant, "allow", "Every copy lies where the policy allows it.", question.Regions);
}
