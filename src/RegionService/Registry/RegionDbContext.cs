using Microsoft.EntityFrameworkCore;
using Sovereignty.RegionService.Lifecycle;

namespace Sovereignty.RegionService.Registry;

internal sealed class RegionDbContext(DbContextOptions<RegionDbContext> options) : DbContext(options)
{
    public DbSet<RegionRow> Regions => Set<RegionRow>();

    public DbSet<RegionHistoryRow> History => Set<RegionHistoryRow>();

    /// <summary>Locks the region until the transaction ends: of two who change it, the second sees what the first did.</summary>
    public async Task<RegionRow?> FindForChange(string code, CancellationToken cancellationToken)
    {
        var rows = await Regions.FromSql($"SELECT * FROM region.region WHERE code = {code} FOR UPDATE").ToListAsync(cancellationToken);
        return rows.SingleOrDefault();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema("region");

        modelBuilder.Entity<RegionRow>(region =>
        {
            region.ToTable("region");
            region.HasKey(row => row.Code);
            region.Property(row => row.State).HasConversion(state => RegionStates.NameOf(state), name => RegionStates.Read(name));
            region.Property(row => row.Version).IsConcurrencyToken();
        });

        modelBuilder.Entity<RegionHistoryRow>(history =>
        {
            history.ToTable("region_history");
            history.HasKey(row => new { row.Code, row.Version });
            history.Property(row => row.Body).HasColumnType("jsonb");
        });
    }
}
