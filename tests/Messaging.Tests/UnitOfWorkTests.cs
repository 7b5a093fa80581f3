using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sovereignty.Testing;

namespace Sovereignty.Messaging.Tests;

[Collection(nameof(RealParts))]
public sealed class UnitOfWorkTests(RealParts parts)
{
    [Fact]
    public async Task After_a_restart_of_the_database_no_request_meets_a_connection_from_before()
    {
        await using var service = await TestService.Start(parts, "unit_restart", bus => bus.Publishes<Ping>());
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Request(service)));

        await using (var admin = NpgsqlDataSource.Create(parts.AdminDatabase))
        await using (var end = admin.CreateCommand("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'unit_restart'"))
        {
            Assert.True((long)(await end.ExecuteScalarAsync())! > 1);
        }

        for (var i = 0; i < 8; i++)
        {
            await Request(service);
        }
    }

    private static async Task Request(TestService service)
    {
        await using var scope = service.Services.CreateAsyncScope();
        var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await unit.BeginForTenant("tenant-1", CancellationToken.None);
        await using var command = new NpgsqlCommand("SELECT count(*) FROM messaging.inbox", unit.Connection);
        await command.ExecuteScalarAsync();
        await unit.Commit(CancellationToken.None);
    }
}
