namespace Sovereignty.Messaging.Outbox;

/// <summary>A row on its way to the broker; with a number where it is published and not sent.</summary>
internal sealed record OutboxRow(long Id, long? Number, OutboxMessage Message, int Attempts);

/// <summary>A row that the broker did not take, and when to try again.</summary>
internal sealed record FailedRow(long Id, string Error, DateTimeOffset NotBefore);

/// <summary>What became of the rows of one round. Rows in neither list are tried again as they are.</summary>
internal sealed record RelayOutcome(List<long> Confirmed, List<FailedRow> Failed)
{
    public static RelayOutcome Empty => new([], []);

    public RelayOutcome And(RelayOutcome other) => new([.. Confirmed, .. other.Confirmed], [.. Failed, .. other.Failed]);
}
