using System.Diagnostics;
using MassTransit;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Classify;
using Sovereignty.PolicyService.Epochs;
using Sovereignty.Evaluation;
using Sovereignty.PolicyService.Ingress;
using Sovereignty.PolicyService.Move;

namespace Sovereignty.PolicyService.Decide;

/// <summary>Answers each <see cref="DataCreated"/> once; a data id that was answered before gets that answer again.</summary>
internal sealed partial class DecideDataCreated(PolicySnapshots snapshots, TimeProvider time, ILogger<DecideDataCreated> logger) : IBatchConsumer<DataCreated>
{
    private static readonly ActivitySource Activities = new("Sovereignty.PolicyService");

    public async Task Consume(IReadOnlyList<ConsumeContext<DataCreated>> batch, UnitOfWork unit, CancellationToken cancellationToken)
    {
        var requests = batch.Select(context => new Request(context)).ToArray();
        var known = await KnownData.Load(unit, requests.Where(request => request.Placement is not null).Select(request => request.Placement!), cancellationToken);
        var snapshot = await snapshots.Stay(known.Head, unit, cancellationToken);

        var now = time.GetUtcNow();
        var fresh = new List<DecidedPlacement>();
        var classified = new List<ClassifiedData>();
        foreach (var request in requests)
        {
            // A batch has messages of many traces: each is decided in its own.
            var cause = PublishOptions.CausedBy(request.Context);
            using var activity = Activities.StartActivity("decide", ActivityKind.Internal, cause.TraceParent);
            var options = activity is null ? cause : cause with { TraceParent = activity.Id };
            var decision = Decide(request, snapshot, known, fresh);
            activity?.SetTag("decision.code", decision.Code);
            LogDecided(decision.TenantId, decision.DataId, decision.Code, decision.Epoch);
            Answer(request, decision, unit, options, now);
            if (decision.Outcome.Admits() && fresh.Count > 0 && ReferenceEquals(fresh[^1].Decision, decision))
            {
                Classify(request, snapshot, known, classified, unit, options, now);
            }
        }

        await KnownData.Save(unit.Connection, fresh, now, cancellationToken);
        await ClassificationTable.Insert(unit.Connection, classified, cancellationToken);
    }

    private static Decision Decide(Request request, PolicySnapshot snapshot, KnownData known, List<DecidedPlacement> fresh)
    {
        if (request.Placement is not { } placement)
        {
            return Evaluator.Refuse(snapshot, request.Message.TenantId, request.Message.DataId, request.Invalid!);
        }

        if (known.Find(placement) is { } first)
        {
            return first.ContentHash == placement.Hash() ? first.Decision : Evaluator.RefuseReuse(snapshot, placement);
        }

        var prevailing = Prevailing(placement, known, snapshot);
        var decision = Evaluator.Decide(snapshot, prevailing) with { InputHash = placement.Hash() };
        if (decision.Code != ReasonCodes.EpochNotReached)
        {
            // An epoch that may not decide leaves the data id free, to be sent again when the demanded epoch is active.
            var decided = new DecidedPlacement(prevailing, decision.InputHash!, decision);
            known.Remember(decided);
            fresh.Add(decided);
        }

        return decision;
    }

    // Data that was classified before keeps its level where the new one is not stricter.
    private static Placement Prevailing(Placement placement, KnownData known, PolicySnapshot snapshot) =>
        placement.Cell.Level is { } coming && known.ClassificationOf(placement) is { } current
            ? placement with { Classification = ContractJson.NameOf(Strictness.Prevailing(coming, current.Level, placement.TenantId, snapshot)) }
            : placement;

    private static void Answer(Request request, Decision decision, UnitOfWork unit, PublishOptions options, DateTimeOffset now)
    {
        if (decision.Outcome.Admits())
        {
            unit.Publish(new DataAdmitted { OccurredAt = now, TenantId = decision.TenantId, Actor = Service.Actor, DataId = decision.DataId, Decision = decision }, options);
        }
        else
        {
            unit.Publish(new DataRejected { OccurredAt = now, TenantId = decision.TenantId, Actor = Service.Actor, DataId = decision.DataId, Decision = decision }, options);
        }

        if (PlainAnswer.IsWanted(request.Context.Headers))
        {
            PlainAnswer.Send(unit, decision, options.TraceParent);
        }
    }

    private static void Classify(Request request, PolicySnapshot snapshot, KnownData known, List<ClassifiedData> classified, UnitOfWork unit, PublishOptions options, DateTimeOffset now)
    {
        var placement = request.Placement!;
        var previous = known.ClassificationOf(placement);
        if (previous is not null)
        {
            PlacementTable.Tell(unit, placement.TenantId, placement.DataId, placement, Service.Actor, now, options);
        }

        var coming = placement.Cell.Level!.Value;
        var level = previous is { } before ? Strictness.Prevailing(coming, before.Level, placement.TenantId, snapshot) : coming;
        if (previous?.Level == level)
        {
            return;
        }

        var data = new ClassifiedData(placement.TenantId, placement.DataId, (previous?.Version ?? 0) + 1, placement.DataType, level, now, request.Message.Actor ?? Service.Actor);
        classified.Add(data);
        data.Tell(previous?.Level, snapshot, unit, options);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{TenantId} {DataId}: {Code} at epoch {Epoch}")]
    private partial void LogDecided(string? tenantId, string dataId, string code, long epoch);

    private sealed class Request
    {
        public Request(ConsumeContext<DataCreated> context)
        {
            Context = context;
            (Placement, Invalid) = Placement.Read(PlacementInput.From(context.Message));
        }

        public ConsumeContext<DataCreated> Context { get; }

        public DataCreated Message => Context.Message;

        public Placement? Placement { get; }

        public InvalidField? Invalid { get; }
    }
}
