using Npgsql;
using Sovereignty.Messaging.Database;
using Sovereignty.Messaging.Outbox;

namespace Sovereignty.Messaging;

/// <summary>
/// One PostgreSQL transaction and the messages that become true with it. Scoped: a consumer or an endpoint takes it by
/// injection, the filter or middleware around them begins and commits it. A message published here is sent if and only if
/// the transaction commits; publishing after the commit throws.
/// </summary>
public sealed class UnitOfWork : IAsyncDisposable
{
    private readonly ServiceDatabase _database;
    private readonly OutboxMessageFactory _factory;
    private readonly RelaySignal _relay;
    private readonly List<OutboxMessage> _outbox = [];
    private readonly List<NpgsqlBatchCommand> _writes = [];
    private NpgsqlConnection? _connection;
    private NpgsqlTransaction? _transaction;

    internal UnitOfWork(ServiceDatabase database, OutboxMessageFactory factory, RelaySignal relay)
    {
        _database = database;
        _factory = factory;
        _relay = relay;
    }

    /// <summary>The open connection, inside the transaction.</summary>
    /// <exception cref="InvalidOperationException">The transaction has not begun, or is over.</exception>
    public NpgsqlConnection Connection =>
        _transaction is null ? throw NotRunning() : _connection!;

    /// <summary>Begins for a caller of one tenant: row-level security shows and takes rows of that tenant alone.</summary>
    /// <param name="tenant">The caller's tenant, or <c>*</c> for platform staff.</param>
    /// <param name="cancellationToken">Ends the wait for a connection.</param>
    public async Task BeginForTenant(string tenant, CancellationToken cancellationToken)
    {
        await Open(_database.Requests, cancellationToken);
        await using var command = new NpgsqlCommand("SELECT set_config('sovereignty.tenant', $1, true)", _connection);
        command.Parameters.Add(new() { Value = tenant });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Begins for a consumer, which acts for every tenant.</summary>
    /// <param name="cancellationToken">Ends the wait for a connection.</param>
    public Task BeginForConsumer(CancellationToken cancellationToken) => Open(_database.Consumers, cancellationToken);

    /// <summary>Publishes to everyone who listens to <typeparamref name="T"/> or to an interface of it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="options">Id, order, trace and headers, where the defaults will not do.</param>
    /// <typeparam name="T">The contract.</typeparam>
    /// <exception cref="InvalidOperationException">The transaction is over: the message would be lost.</exception>
    public void Publish<T>(T message, PublishOptions? options = null)
        where T : class =>
        Add(_factory.Publish(message, options));

    /// <summary>Sends a command to one queue.</summary>
    /// <param name="queue">The queue's name.</param>
    /// <param name="command">The command.</param>
    /// <param name="options">Id, order, trace and headers, where the defaults will not do.</param>
    /// <typeparam name="T">The contract.</typeparam>
    /// <exception cref="InvalidOperationException">The transaction is over: the message would be lost.</exception>
    public void Send<T>(string queue, T command, PublishOptions? options = null)
        where T : class =>
        Add(_factory.Send(queue, command, options));

    /// <summary>Sends bytes as they are, for receivers outside MassTransit.</summary>
    /// <param name="exchange">The exchange; the empty string and a queue's name as routing key reach that queue.</param>
    /// <param name="routingKey">The routing key.</param>
    /// <param name="contentType">The media type of the body.</param>
    /// <param name="body">The body.</param>
    /// <param name="options">Id, order, trace and headers, where the defaults will not do.</param>
    /// <exception cref="InvalidOperationException">The transaction is over: the message would be lost.</exception>
    public void SendRaw(string exchange, string routingKey, string contentType, ReadOnlyMemory<byte> body, PublishOptions? options = null) =>
        Add(_factory.Raw(exchange, routingKey, contentType, body, options));

    /// <summary>
    /// A write whose result nobody waits for: it is sent with the messages and the commit in one round trip, in the order in
    /// which the writes were given. Where it must not pass silently, let the statement itself fail.
    /// </summary>
    /// <param name="write">The statement.</param>
    /// <exception cref="InvalidOperationException">The transaction is over.</exception>
    public void Defer(NpgsqlBatchCommand write)
    {
        if (_transaction is null)
        {
            throw NotRunning();
        }

        _writes.Add(write);
    }

    /// <summary>Sends the deferred writes and the messages, and commits, all in one round trip.</summary>
    /// <param name="cancellationToken">Ends the wait; whether the commit happened is then unknown.</param>
    public async Task Commit(CancellationToken cancellationToken)
    {
        if (_transaction is null)
        {
            throw NotRunning();
        }

        await using (var batch = new NpgsqlBatch(_connection!, _transaction))
        {
            foreach (var write in _writes)
            {
                batch.BatchCommands.Add(write);
            }

            if (_outbox.Count > 0)
            {
                batch.BatchCommands.Add(OutboxTable.Insert(_outbox));
            }

            if (batch.BatchCommands.Count == 0)
            {
                // COMMIT of a failed transaction rolls back without an error; any other statement in it fails.
                batch.BatchCommands.Add(new("SELECT 1"));
            }

            batch.BatchCommands.Add(new("COMMIT"));
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        var hasMessages = _outbox.Count > 0;
        await Close();
        if (hasMessages)
        {
            _relay.Set();
        }
    }

    /// <summary>Rolls back what was not committed.</summary>
    public async ValueTask DisposeAsync()
    {
        await Close();
    }

    internal void Add(OutboxMessage message)
    {
        if (_transaction is null)
        {
            throw NotRunning();
        }

        _outbox.Add(message);
    }

    private async Task Open(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        if (_transaction is not null)
        {
            throw new InvalidOperationException("The unit of work has begun already.");
        }

        _connection = await source.OpenConnectionAsync(cancellationToken);
        _transaction = await _connection.BeginTransactionAsync(cancellationToken);
    }

    private async Task Close()
    {
        var (transaction, connection) = (_transaction, _connection);
        (_transaction, _connection) = (null, null);
        _writes.Clear();
        _outbox.Clear();
        if (transaction is not null)
        {
            await transaction.DisposeAsync();
        }

        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
    }

    private static InvalidOperationException NotRunning() =>
        new("No transaction is running: it has not begun, or it was committed. Publish before the commit, or the message would be lost.");
}
