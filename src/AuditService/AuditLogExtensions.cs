using MassTransit;
using Microsoft.Extensions.Options;
using Sovereignty.AuditService.Appending;
using Sovereignty.AuditService.Checkpoints;
using Sovereignty.AuditService.Diagnostics;
using Sovereignty.AuditService.Indexing;
using Sovereignty.AuditService.Keys;
using Sovereignty.AuditService.Numbering;
using Sovereignty.AuditService.Receiving;
using Sovereignty.AuditService.Report;
using Sovereignty.AuditService.SearchAudit;
using Sovereignty.AuditService.Witnessing;

namespace Sovereignty.AuditService;

internal static class AuditLogExtensions
{
    public static void AddAuditLog(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<AuditOptions>().BindConfiguration(AuditOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(new AuditDatabase(Required(builder.Configuration, "database"), Required(builder.Configuration, "database-read")));
        services.AddSingleton(provider => MasterKey.Parse(Options(provider).MasterKey));
        services.AddSingleton(provider => new KeyStore(Options(provider).KeyFolder, provider.GetRequiredService<MasterKey>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<SearchTokens>();
        services.AddSingleton<AuditMetrics>();
        services.AddSingleton<EntrySealer>();
        services.AddSingleton(provider => new LogStore(
            provider.GetRequiredService<AuditDatabase>().Append, provider.GetRequiredService<EntrySealer>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new LogAppender(
            provider.GetRequiredService<LogStore>(),
            provider.GetRequiredService<EntrySealer>(),
            provider.GetRequiredService<AuditMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<LogAppender>>(),
            Options(provider).BatchSize));
        services.AddSingleton<AuditFilter>();
        services.AddSingleton<IndexedLog>();
        services.AddSingleton<SearchIndexer>();
        services.AddHostedService(provider => provider.GetRequiredService<SearchIndexer>());
        services.AddSingleton(provider => new NumberFollower(
            provider.GetRequiredService<IServiceScopeFactory>(),
            provider.GetRequiredService<AuditDatabase>(),
            () => provider.GetRequiredService<IBusControl>().CheckHealth().Status == BusHealthStatus.Healthy,
            () => provider.GetRequiredService<LogAppender>().Debt,
            Options(provider).NumbersGrace,
            provider.GetRequiredService<AuditMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<NumberFollower>>()));
        services.AddHostedService(provider => provider.GetRequiredService<NumberFollower>());
        services.AddSingleton<AuditSearch>();
        services.AddSingleton<ReportReader>();
        services.AddSingleton<ReportMaker>();
        services.AddSingleton<ReportIssuer>();
        services.AddSingleton<SignedCheckpoints>();

        services.AddSingleton(provider => SigningKey.Open(Options(provider).SigningKeyFile, Options(provider).Origin));
        services.AddSingleton(provider => new CheckpointSigner(
            provider.GetRequiredService<AuditDatabase>().Append,
            provider.GetRequiredService<TransparencyLog.NoteSigner>(),
            new CheckpointFile(Options(provider).EffectiveCheckpointFile),
            Options(provider).Origin,
            Options(provider).CheckpointInterval,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CheckpointSigner>>()));
        services.AddHostedService(provider => provider.GetRequiredService<CheckpointSigner>());
        services.AddHealthChecks().AddCheck<AuditHealth>("audit-debt", tags: ["ready"]).AddCheck<WitnessHealth>("audit-witnesses", tags: ["ready"]);
        services.AddWitnessing();
    }

    private static void AddWitnessing(this IServiceCollection services)
    {
        services.AddSingleton(provider => WitnessPolicy.Open(Options(provider).PolicyFile, provider.GetRequiredService<TransparencyLog.NoteSigner>().Verifier));
        services.AddSingleton(provider => new CosignedCheckpoints(
            provider.GetRequiredService<AuditDatabase>(),
            provider.GetRequiredService<WitnessPolicy>(),
            provider.GetRequiredService<TransparencyLog.NoteSigner>().Verifier,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new WitnessClient(Options(provider).WitnessTimeout));
        services.AddSingleton<IRefusalAlarm, RefusalAlarm>();
        services.AddSingleton(provider => new CheckpointWitnessing(
            provider.GetRequiredService<WitnessPolicy>(),
            provider.GetRequiredService<CosignedCheckpoints>(),
            provider.GetRequiredService<WitnessClient>(),
            provider.GetRequiredService<IRefusalAlarm>(),
            Options(provider).CheckpointInterval,
            2 * Options(provider).WitnessTimeout,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CheckpointWitnessing>>()));
        services.AddHostedService(provider =>
        {
            var witnessing = provider.GetRequiredService<CheckpointWitnessing>();
            provider.GetRequiredService<AuditMetrics>().ObserveWitnesses(
                () => witnessing.Behind.TotalSeconds, () => witnessing.Witnesses.Count(witness => witness.Refusal is not null));
            return witnessing;
        });
    }

    private static AuditOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<AuditOptions>>().Value;

    private static string Required(IConfiguration configuration, string name) =>
        configuration.GetConnectionString(name) ?? throw new InvalidOperationException($"ConnectionStrings__{name} is not set.");
}
