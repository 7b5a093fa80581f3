namespace Sovereignty.ChaosTests;

internal enum Damage
{
    Lost,
    Twice,
    OutOfOrder,
    LeftOver,
}

internal sealed record Finding(Damage Damage, string What);

/// <summary>A saga as its row tells it.</summary>
internal sealed record AccountRow(Guid Account, int Version, IReadOnlyList<int> Taken);

/// <summary>What was sent, and all that came of it.</summary>
internal sealed record Ledger
{
    public required IReadOnlyCollection<Deposit> Sent { get; init; }
    public required IReadOnlyList<AccountRow> Accounts { get; init; }
    public required IReadOnlyList<Deposit> Entries { get; init; }
    public required IReadOnlyList<Deposit> Settlements { get; init; }

    /// <summary>In the order in which the broker took them; an event that was published twice is there twice.</summary>
    public required IReadOnlyList<WireEvent> Events { get; init; }

    public required long OutboxRows { get; init; }

    /// <summary>Messages by queue, with the reason where it is an error queue.</summary>
    public required IReadOnlyDictionary<string, string> QueuesWithMessages { get; init; }

    public IReadOnlyList<Finding> Compare()
    {
        var taken = Accounts.SelectMany(row => row.Taken.Select(number => new Deposit(row.Account, number)));
        return
        [
            .. OnceEach("taken by the saga", taken),
            .. OnceEach("entered", Entries),
            .. OnceEach("settled", Settlements),
            .. Published(Exchanges.Deposited),
            .. Published(Exchanges.Entered),
            .. Published(Exchanges.Settled),
            .. Accounts.Where(row => row.Version != row.Taken.Count).Select(row => new Finding(Damage.Twice, $"account {row.Account} is at version {row.Version} after {row.Taken.Count} deposits")),
            .. Versions(),
            .. PublishNumbers(),
            .. LeftOver(),
        ];
    }

    private IEnumerable<Finding> Published(string exchange) =>
        OnceEach($"published as {exchange}", Events.Where(item => item.Exchange == exchange).DistinctBy(item => item.MessageId).Select(item => item.Deposit));

    private IEnumerable<Finding> OnceEach(string stage, IEnumerable<Deposit> happened)
    {
        var counts = happened.CountBy(deposit => deposit).ToDictionary();
        foreach (var deposit in Sent)
        {
            counts.Remove(deposit, out var count);
            if (count != 1)
            {
                yield return new(count == 0 ? Damage.Lost : Damage.Twice, $"{deposit} is {stage} {count} times");
            }
        }

        foreach (var deposit in counts.Keys)
        {
            yield return new(Damage.Twice, $"{deposit} is {stage} and was never sent");
        }
    }

    /// <summary>Receivers drop what they know by its message id, so the first arrivals are what counts: 1, 2, 3 and so on.</summary>
    private IEnumerable<Finding> Versions() =>
        from item in Events.DistinctBy(item => item.MessageId)
        where item.Exchange == Exchanges.Deposited
        group item.Version!.Value by item.Deposit.Account into account
        let versions = account.ToList()
        where !versions.SequenceEqual(Enumerable.Range(1, versions.Count))
        select new Finding(
            versions.Distinct().Count() < versions.Count ? Damage.Twice : Damage.OutOfOrder, $"account {account.Key} published versions {string.Join(' ', versions)}");

    private IEnumerable<Finding> PublishNumbers()
    {
        var numbered = Events.Where(item => item.PublishNumber is not null).Select(item => (item.MessageId, Number: item.PublishNumber!.Value)).Distinct().ToList();
        foreach (var repeated in numbered.CountBy(item => item.Number).Where(number => number.Value > 1))
        {
            yield return new(Damage.Twice, $"publish number {repeated.Key} is given to {repeated.Value} messages");
        }

        foreach (var renumbered in numbered.CountBy(item => item.MessageId).Where(message => message.Value > 1))
        {
            yield return new(Damage.Twice, $"message {renumbered.Key} has {renumbered.Value} publish numbers");
        }

        var highest = numbered.Select(item => item.Number).DefaultIfEmpty().Max();
        foreach (var missing in AllUpTo(highest).Except(numbered.Select(item => item.Number)))
        {
            yield return new(Damage.Lost, $"publish number {missing} never left");
        }
    }

    private IEnumerable<Finding> LeftOver()
    {
        if (OutboxRows > 0)
        {
            yield return new(Damage.LeftOver, $"{OutboxRows} rows are in the outbox");
        }

        foreach (var (queue, content) in QueuesWithMessages)
        {
            yield return new(Damage.LeftOver, $"queue {queue} has {content}");
        }
    }

    private static IEnumerable<long> AllUpTo(long highest)
    {
        for (var number = 1L; number <= highest; number++)
        {
            yield return number;
        }
    }
}
