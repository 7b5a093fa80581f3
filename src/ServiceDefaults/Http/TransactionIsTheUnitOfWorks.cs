using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Sovereignty.ServiceDefaults.Http;

/// <summary>Keeps EF Core from beginning a transaction of its own inside the one that is running.</summary>
internal sealed class TransactionIsTheUnitOfWorks : SaveChangesInterceptor
{
    public static readonly TransactionIsTheUnitOfWorks Instance = new();

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        eventData.Context!.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
        return base.SavingChangesAsync(eventData, result, cancellationToken);
    }
}
