using Sovereignty.Contracts.Access;
using Sovereignty.Messaging;

namespace Sovereignty.AccessService.People;

internal static class PeopleChanges
{
    /// <summary>Records a version and tells it.</summary>
    public static async Task Record(UnitOfWork unit, PersonRow row, CancellationToken cancellationToken)
    {
        await PeopleTable.Insert(unit.Connection, row, cancellationToken);
        unit.Publish(
            new PersonStandingChanged
            {
                OccurredAt = row.RecordedAt,
                TenantId = row.Person.TenantId,
                Actor = row.RecordedBy,
                Subject = row.Person.Subject,
                Version = row.Person.Version,
                Roles = row.Person.Roles,
                Jurisdictions = row.Person.Jurisdictions,
                Active = row.Person.Active,
                ValidFrom = row.Person.ValidFrom,
            },
            new() { OrderKey = $"{row.Person.TenantId}/{row.Person.Subject}" });
    }
}
