using System.Net.Sockets;
using Npgsql;

namespace Sovereignty.Messaging.Database;

/// <summary>Tells failures that pass by themselves from those that do not.</summary>
public static class Transient
{
    /// <summary>How often a lost race is tried again before it counts as a failure.</summary>
    public const int ConflictRetries = 5;

    /// <summary>The database is away, or refuses connections for now. Waiting helps, however long it takes.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <returns>True for a lost, refused or exhausted connection.</returns>
    public static bool IsAway(Exception exception) => exception switch
    {
        PostgresException { SqlState: ['0', '8', ..] or ['5', '3', ..] or ['5', '7', 'P', ..] } => true,
        PostgresException => false,
        NpgsqlException { InnerException: SocketException or IOException or TimeoutException } => true,
        NpgsqlException { IsTransient: true } => true,
        { InnerException: { } inner } => IsAway(inner),
        _ => false,
    };

    /// <summary>Lost a race against another transaction. The same work may succeed at once.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <returns>True for a unique violation, a serialisation failure, a deadlock, a lock time-out, a row that changed.</returns>
    public static bool IsConflict(Exception exception) => exception switch
    {
        PostgresException
        {
            SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.SerializationFailure
                or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable
        } => true,

        // How a saga's row says that it was changed meanwhile.
        PostgresException { SqlState: PostgresErrorCodes.DivisionByZero } => true,
        { InnerException: { } inner } => IsConflict(inner),
        _ => false,
    };

    /// <summary>How long to wait before the next try: doubling from 50 ms to 5 s, with jitter.</summary>
    /// <param name="attempt">1 for the first wait.</param>
    /// <returns>The delay.</returns>
    public static TimeSpan Delay(int attempt) =>
        TimeSpan.FromMilliseconds(Math.Min(5000, 50 * Math.Pow(2, Math.Min(attempt, 10) - 1)) * (0.5 + (Random.Shared.NextDouble() / 2)));
}
