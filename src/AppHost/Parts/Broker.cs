using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;

namespace Sovereignty.AppHost;

/// <summary>RabbitMQ of this checkout: bound to 127.0.0.1, its own node, port mapper and data.</summary>
internal sealed class Broker
{
    public const string VirtualHost = "sovereignty";
    private readonly IDistributedApplicationBuilder _builder;
    private readonly StateFolder _state;

    public Broker(IDistributedApplicationBuilder builder, StateFolder state)
    {
        _builder = builder;
        _state = state;

        var portMapperPort = state.Port("epmd");
        var portMapper = builder.AddExecutable("epmd", Programs.PortMapper(), state.Folder("rabbit"),
                "-port", $"{portMapperPort}", "-address", "127.0.0.1")
            .WithReadiness(cancellation => Readiness.AcceptsConnections(portMapperPort, cancellation));

        Server = builder.AddExecutable("rabbit", Programs.Broker(), state.Folder("rabbit"))
            .WithEnvironment("HOME", state.Folder("rabbit"))
            .WithEnvironment("ERL_EPMD_PORT", $"{portMapperPort}")
            .WithEnvironment("ERL_EPMD_ADDRESS", "127.0.0.1")
            .WithEnvironment("RABBITMQ_NODENAME", "sovereignty@localhost")
            .WithEnvironment("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
            .WithEnvironment("RABBITMQ_NODE_PORT", $"{state.Port("rabbit")}")
            .WithEnvironment("RABBITMQ_DIST_PORT", $"{state.Port("rabbit-distribution")}")
            .WithEnvironment("RABBITMQ_MNESIA_BASE", state.Folder("rabbit", "data"))
            .WithEnvironment("RABBITMQ_LOG_BASE", state.Folder("rabbit", "log"))
            .WithEnvironment("RABBITMQ_LOGS", "-")
            .WithEnvironment("RABBITMQ_SCHEMA_DIR", state.Folder("rabbit", "schema"))
            .WithEnvironment("RABBITMQ_GENERATED_CONFIG_DIR", state.Folder("rabbit", "generated"))
            .WithEnvironment("RABBITMQ_CONFIG_FILE", Path.Combine(state.Folder("rabbit"), "rabbitmq.conf"))
            .WithEnvironment("RABBITMQ_CONF_ENV_FILE", Path.Combine(state.Folder("rabbit"), "rabbitmq-env.conf"))
            .WithEnvironment("RABBITMQ_ADVANCED_CONFIG_FILE", Path.Combine(state.Folder("rabbit"), "advanced.config"))
            .WithEnvironment("RABBITMQ_ENABLED_PLUGINS_FILE", Path.Combine(state.Folder("rabbit"), "enabled_plugins"))
            // Lets the start script hand its process over to the Erlang machine instead of standing in between.
            .WithEnvironment("RABBITMQ_ALLOW_INPUT", "1")
            .WithEnvironment("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                "-noinput -start_epmd false -kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none")
            .OnBeforeResourceStarted((_, _, _) => WriteConfiguration())
            .WithReadiness(AcceptsClients)
            .WaitFor(portMapper);
    }

    public IResourceBuilder<ExecutableResource> Server { get; }

    public IResourceBuilder<ConnectionStringResource> User(string name) =>
        _builder.AddConnectionString($"rabbit-{name}", ReferenceExpression.Create($"{Uri(_state, name)}"));

    public static string Uri(StateFolder state, string user) =>
        $"amqp://{BrokerUser.Find(user).Name}:{Password(state, user)}@127.0.0.1:{state.Port("rabbit")}/{VirtualHost}";

    private static string Password(StateFolder state, string user) => state.Password($"rabbit-{user}");

    private async Task<bool> AcceptsClients(CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory
        {
            Uri = new Uri(Uri(_state, "operator")),
            AutomaticRecoveryEnabled = false,
            ClientProvidedName = "apphost health",
            RequestedConnectionTimeout = TimeSpan.FromSeconds(5),
        };
        await using var connection = await factory.CreateConnectionAsync(cancellationToken);
        return connection.IsOpen;
    }

    private Task WriteConfiguration()
    {
        var folder = _state.Folder("rabbit");
        var definitions = Path.Combine(folder, "definitions.json");
        File.WriteAllText(Path.Combine(folder, "enabled_plugins"), "[].\n");
        File.WriteAllText(Path.Combine(folder, "rabbitmq.conf"), $"""
            load_definitions = {definitions}
            cluster_name = sovereignty
            log.console = true
            log.console.level = info
            log.connection.level = warning
            disk_free_limit.absolute = 200MB
            # While the database is away the services keep what they were given, unacknowledged. After the default of half
            # an hour the broker would close their channels.
            consumer_timeout = 86400000

            """);
        StateFolder.WriteSecret(definitions, Definitions());
        return Task.CompletedTask;
    }

    private string Definitions() => JsonSerializer.Serialize(new
    {
        vhosts = new[] { new { name = VirtualHost } },
        users = BrokerUser.All.Select(user => new
        {
            name = user.Name,
            password_hash = Hash(Password(_state, user.Name)),
            hashing_algorithm = "rabbit_password_hashing_sha256",
            tags = user.Tag,
        }),
        permissions = BrokerUser.All.Select(user => new
        {
            user = user.Name,
            vhost = VirtualHost,
            configure = user.Configure,
            write = user.Write,
            read = user.Read,
        }),
    });

    private static string Hash(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(4);
        return Convert.ToBase64String([.. salt, .. SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(password)])]);
    }
}
