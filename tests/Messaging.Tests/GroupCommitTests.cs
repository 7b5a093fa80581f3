using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sovereignty.Messaging.Batches;

namespace Sovereignty.Messaging.Tests;

public sealed class GroupCommitTests
{
    [Fact]
    public async Task Arrivals_gather_while_a_group_commits()
    {
        var (sizes, first) = (new List<int>(), new TaskCompletionSource());
        await using var groups = Groups(async items =>
        {
            lock (sizes)
            {
                sizes.Add(items.Count);
            }

            await first.Task;
        });

        var running = groups.Add(0, default);
        await Testing.Eventually.True(() => sizes.Count == 1, "the first group runs");
        var waiting = Enumerable.Range(1, 30).Select(i => groups.Add(i, default)).ToList();
        first.SetResult();
        await Task.WhenAll([running, .. waiting]);

        Assert.Equal([1, 10, 10, 10], sizes);
    }

    [Fact]
    public async Task A_bad_member_fails_alone()
    {
        await using var groups = Groups(items => items.Contains(13) ? throw new InvalidOperationException("13") : Task.CompletedTask);

        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(async i => (i, Failed: await Record.ExceptionAsync(() => groups.Add(i, default)) is not null)));

        Assert.Equal([13], results.Where(result => result.Failed).Select(result => result.i));
    }

    [Fact]
    public async Task A_lost_race_is_tried_again_and_given_up_when_it_stays_lost()
    {
        var attempts = 0;
        await using var groups = Groups(_ => throw (++attempts > 0 ? new PostgresException("deadlock", "ERROR", "ERROR", PostgresErrorCodes.DeadlockDetected) : null!));

        await Assert.ThrowsAsync<PostgresException>(() => groups.Add(1, default));

        Assert.Equal(1 + Database.Transient.ConflictRetries, attempts);
    }

    [Fact]
    public async Task A_database_that_is_away_is_waited_for()
    {
        var attempts = 0;
        await using var groups = Groups(_ => ++attempts < 8 ? throw new NpgsqlException("refused", new IOException()) : Task.CompletedTask);

        await groups.Add(1, default);

        Assert.Equal(8, attempts);
    }

    private static GroupCommit<int> Groups(Func<IReadOnlyList<int>, Task> commit) =>
        new(10, 1, (items, _) => commit(items), TimeProvider.System, NullLogger.Instance);
}
