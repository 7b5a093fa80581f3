using System.Reflection;
using DbUp;
using DbUp.Engine;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Sovereignty.Messaging.Database;

/// <summary>
/// Brings a service's database to its newest form: creates database and roles where they are missing, then runs the SQL
/// scripts embedded in the service's assembly under <c>Migrations</c>, each once, in the order of their names. Tables belong
/// to a role nobody can log in as; the service's own role gets only what the scripts grant.
/// </summary>
/// <remarks>
/// <c>ConnectionStrings:admin</c> is a superuser's, given to this step alone; <c>ConnectionStrings:database</c> names the
/// database, the service's role and its password. A script ending in <c>.superuser.sql</c> runs without giving up those rights.
/// </remarks>
public static class DatabaseMigration
{
    /// <summary>Migrates.</summary>
    /// <param name="configuration">Where the connection strings are.</param>
    /// <param name="scripts">The assembly with the scripts.</param>
    /// <param name="connectionNames">Connection strings whose roles to create; the first is the owner of the messaging tables' rights.</param>
    /// <returns>The process's exit code: 0 when done, 1 with the reason on standard error.</returns>
    public static async Task<int> Run(IConfiguration configuration, Assembly scripts, params string[] connectionNames)
    {
        var admin = Required(configuration, "admin");
        var roles = (connectionNames is [] ? ["database"] : connectionNames).Select(name => new NpgsqlConnectionStringBuilder(Required(configuration, name))).ToArray();
        var database = roles[0].Database!;
        var owner = $"{database}_owner";

        await using (var server = NpgsqlDataSource.Create(admin))
        {
            await CreateRoles(server, owner, roles);
            await CreateDatabase(server, database, owner);
        }

        var superuser = new NpgsqlConnectionStringBuilder(admin) { Database = database, Pooling = false };
        var asOwner = new NpgsqlConnectionStringBuilder(superuser.ConnectionString) { Options = $"-c role={owner}" };
        await using (var source = NpgsqlDataSource.Create(superuser))
        {
            await Execute(source, $"CREATE SCHEMA IF NOT EXISTS migrations AUTHORIZATION {owner}; REVOKE ALL ON DATABASE {database} FROM PUBLIC; REVOKE ALL ON SCHEMA public FROM PUBLIC");
        }

        foreach (var assembly in new[] { typeof(DatabaseMigration).Assembly, scripts })
        {
            if (!Run(assembly, elevated => elevated ? superuser.ConnectionString : asOwner.ConnectionString))
            {
                return 1;
            }
        }

        await using (var source = NpgsqlDataSource.Create(asOwner))
        {
            await Execute(source, string.Join(';', roles.Select(role => $"GRANT CONNECT ON DATABASE {database} TO {role.Username}")));
            await Execute(source, $"GRANT USAGE ON SCHEMA messaging TO {roles[0].Username}; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA messaging TO {roles[0].Username}");
        }

        return 0;
    }

    // Scripts of one kind that follow one another by name run together, so that the order of the names holds across both kinds.
    private static bool Run(Assembly assembly, Func<bool, string> connection)
    {
        var names = assembly.GetManifestResourceNames().Where(name => name.Contains(".Migrations.") && name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        for (var done = 0; done < names.Count;)
        {
            var elevated = IsElevated(names[done]);
            var together = names.Skip(done).TakeWhile(name => IsElevated(name) == elevated).ToHashSet(StringComparer.Ordinal);
            var result = DeployChanges.To
                .PostgresqlDatabase(connection(elevated))
                .JournalToPostgresqlTable("migrations", "applied")
                .WithScriptsEmbeddedInAssembly(assembly, together.Contains)
                .WithVariablesDisabled()
                .WithTransactionPerScript()
                .LogToNowhere()
                .Build()
                .PerformUpgrade();
            if (!Report(result))
            {
                return false;
            }

            done += together.Count;
        }

        return true;
    }

    private static bool IsElevated(string script) => script.EndsWith(".superuser.sql", StringComparison.Ordinal);

    private static async Task CreateRoles(NpgsqlDataSource server, string owner, IEnumerable<NpgsqlConnectionStringBuilder> roles)
    {
        await Execute(server, $"DO $$ BEGIN CREATE ROLE {owner} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        foreach (var role in roles)
        {
            await Execute(server, $"DO $$ BEGIN CREATE ROLE {role.Username} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
            await Execute(server, $"ALTER ROLE {role.Username} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '{role.Password!.Replace("'", "''")}'");
        }
    }

    private static async Task CreateDatabase(NpgsqlDataSource server, string database, string owner)
    {
        await using var command = server.CreateCommand("SELECT 1 FROM pg_database WHERE datname = $1");
        command.Parameters.Add(new() { Value = database });
        if (await command.ExecuteScalarAsync() is null)
        {
            await Execute(server, $"CREATE DATABASE {database} OWNER {owner}");
        }
    }

    private static bool Report(DatabaseUpgradeResult result)
    {
        if (result.Successful)
        {
            return true;
        }

        Console.Error.WriteLine($"Migration {result.ErrorScript?.Name} failed: {result.Error.Message}");
        return false;
    }

    private static string Required(IConfiguration configuration, string name) =>
        configuration.GetConnectionString(name) ?? throw new InvalidOperationException($"ConnectionStrings__{name} is not set.");

    private static async Task Execute(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
