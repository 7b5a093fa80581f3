using Npgsql;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Evaluation.Tests;
using Sovereignty.Testing;

namespace Sovereignty.PolicyService.Tests;

[Collection(nameof(RunningPolicyService))]
public sealed class CorpusTests(RunningPolicyService service) : IAsyncLifetime
{
    private readonly StoredData _data = new(service);

    public Task InitializeAsync() => _data.TellRegion();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Admitted_data_of_a_kind_in_the_same_places_lies_in_one_cell_and_rejected_data_in_none()
    {
        await _data.Admit(20, replicas: ["eu-west-1", "eu-west-3"]);
        await _data.Admit(20, replicas: ["eu-west-3", "eu-west-1", "eu-west-3"]);
        await _data.Admit(1, replicas: ["eu-west-1"]);
        var rejected = Rejected();
        await service.Publish(rejected);
        await Eventually.True(() => service.Decisions("DataRejected", rejected.DataId).Count == 1, "it is rejected");

        Assert.Equal("1,40", await service.Query<string>(
            $"SELECT string_agg(n::text, ',' ORDER BY n) FROM (SELECT count(*) AS n FROM policy.placement WHERE placement ->> 'dataType' = '{_data.Type}' AND cell_id IS NOT NULL GROUP BY cell_id) AS counted"));
        Assert.Equal(1, await service.Query<long>($"SELECT count(*) FROM policy.placement WHERE data_id = '{rejected.DataId}' AND cell_id IS NULL"));
    }

    [Fact]
    public async Task Batches_that_race_for_new_cells_make_each_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => _data.Admit(25, level: i % 2 == 0 ? "content" : "operational", tenant: i % 4 < 2 ? "acme" : "globex")));

        Assert.Equal("50,50,50,50", await service.Query<string>(
            $"SELECT string_agg(n::text, ',') FROM (SELECT count(*) AS n FROM policy.placement WHERE placement ->> 'dataType' = '{_data.Type}' GROUP BY cell_id) AS counted"));
    }

    [Fact]
    public async Task Cells_are_what_the_migration_makes_of_stored_placements_and_their_levels()
    {
        var ids = await _data.Admit(3, replicas: ["eu-west-1"], origin: "DE");
        await (await service.Client("acme", "compliance-officer").Post("/data/classify", $$"""{"dataId":"{{ids[0]}}","dataType":"{{_data.Type}}","classification":"identity"}""")).Json();

        Assert.Equal("content,content,identity", await service.Query<string>(
            $$"""
            SELECT string_agg(c.placement ->> 'classification', ',' ORDER BY c.placement ->> 'classification')
            FROM policy.placement p JOIN policy.cell c ON c.id = p.cell_id
            WHERE p.placement ->> 'dataType' = '{{_data.Type}}' AND c.key = policy.cell_key((p.placement - 'dataId' - 'minimumEpoch') || (
                SELECT jsonb_build_object('classification', level) FROM policy.classification l
                WHERE l.tenant_id = p.tenant_id AND l.data_id = p.data_id ORDER BY version DESC LIMIT 1))
            """));
    }

    [Fact]
    public async Task The_database_itself_counts_for_a_tenant_its_own_cells_alone()
    {
        await _data.Admit(2);
        await using var role = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(service.AdminDatabase) { Database = "policy", Username = "policy", Password = "test" });

        Assert.Equal((2, 2, 0, 0), (await Count("acme"), await Count("*"), await Count("globex"), await Count("")));
        await using var change = role.CreateCommand("DELETE FROM policy.cell");
        Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => change.ExecuteNonQueryAsync())).SqlState);

        async Task<long> Count(string tenant)
        {
            await using var connection = await role.OpenConnectionAsync();
            await using var command = new NpgsqlCommand(
                $"""
                SELECT set_config('sovereignty.tenant', '{tenant}', false);
                SELECT coalesce(sum(placements), 0)::bigint FROM policy.corpus() WHERE placement ->> 'dataType' = '{_data.Type}'
                """,
                connection);
            await using var reader = await command.ExecuteReaderAsync();
            await reader.NextResultAsync();
            await reader.ReadAsync();
            return reader.GetInt64(0);
        }
    }

    private DataCreated Rejected() => new()
    {
        OccurredAt = World.Now,
        TenantId = "acme",
        Actor = Actor.Service("platform-service"),
        DataId = Guid.NewGuid().ToString(),
        DataType = _data.Type,
        Classification = "content",
        PrimaryRegion = "us-east-1",
    };
}
