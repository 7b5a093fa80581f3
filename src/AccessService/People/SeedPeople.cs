using System.Text.Json;
using Sovereignty.Contracts;
using Sovereignty.Messaging;

namespace Sovereignty.AccessService.People;

/// <summary>A person of the file that a new directory begins with.</summary>
internal sealed record SeededPerson(string Subject, string Name, string? Tenant, IReadOnlyList<string> Roles, string? Country);

/// <summary>Before the service answers anybody: whoever the file of <c>People:Seed</c> names and the directory does not know yet is recorded.</summary>
internal sealed partial class SeedPeople(IServiceScopeFactory scopes, IConfiguration configuration, TimeProvider time, ILogger<SeedPeople> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (configuration["People:Seed"] is not { Length: > 0 } path)
        {
            return;
        }

        var seeded = JsonSerializer.Deserialize<List<SeededPerson>>(await File.ReadAllBytesAsync(path, cancellationToken), ContractJson.Options) ?? [];
        await using var scope = scopes.CreateAsyncScope();
        await using var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await unit.BeginForConsumer(cancellationToken);
        await PeopleTable.LockChanges(unit.Connection, cancellationToken);
        var (now, recorded) = (time.Now(), 0);
        foreach (var person in seeded.Where(person => person.Tenant is not null))
        {
            if (await PeopleTable.ListVersions(unit.Connection, person.Tenant!, person.Subject, after: 0, limit: 1, cancellationToken) is [])
            {
                string[] jurisdictions = person.Country is { } country ? [country] : [];
                await PeopleChanges.Record(unit, new(new(person.Tenant!, person.Subject, 1, person.Name, person.Roles, jurisdictions, Active: true, now), now, Service.Actor), cancellationToken);
                recorded++;
            }
        }

        await unit.Commit(cancellationToken);
        LogRecorded(recorded);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Information, Message = "The directory begins with {Count} more people of the seed file")]
    private partial void LogRecorded(int count);
}
