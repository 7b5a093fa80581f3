using Microsoft.EntityFrameworkCore;
using Sovereignty.RegionService.Lifecycle;

namespace Sovereignty.RegionService.Registry;

internal sealed class RegionDbContext(DbContextOptions<RegionDbContext> options) : DbContext(options)
{
    public DbSet<RegionRow> Regions => Set<RegionRow>();

    public DbSet<RegionHistoryRow> History => Set<RegionHistoryRow>();

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
