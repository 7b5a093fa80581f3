using MassTransit;
using Sovereignty.AccessService.Enforce;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Residency;
using Sovereignty.Messaging;

namespace Sovereignty.AccessService.Requests;

/// <summary>One step of one request, in the transaction of the message that caused it.</summary>
internal sealed record Step(AccessRequest Request, UnitOfWork Unit, DateTimeOffset Now)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    private string OrderKey => Request.CorrelationId.ToString();

    public static Step Of(BehaviorContext<AccessRequest> context)
    {
        return new(context.Saga, context.GetPayload<IServiceScope>().ServiceProvider.GetRequiredService<UnitOfWork>(), context.Now());
    }

    public void Publish<T>(T happened)
        where T : class =>
        Unit.Publish(happened, new() { OrderKey = OrderKey });

    /// <summary>Asks PolicyService, once more if need be.</summary>
    /// <returns>When to ask again, should there be no answer by then.</returns>
    public DateTimeOffset Ask()
    {
        Request.Asked++;
        Unit.Send(Service.ValidationQueue, Questions.Of(Request, Now), new() { OrderKey = OrderKey });
        var wait = Due.FirstAnswer * Math.Pow(2, Math.Min(Request.Asked, 10) - 1);
        var due = Now + (wait < LongestWait ? wait : LongestWait);
        SetDeadline(Due.Validation, due, Request.Asked);
        return due;
    }

    public void SetDeadline(string kind, DateTimeOffset due, int version) =>
        Unit.SetDeadline(Service.RequestQueue, new() { CorrelationId = Request.CorrelationId, Kind = kind, Version = version, DueAt = due });

    public void ClearDeadline(string kind) => Unit.ClearDeadline(Request.CorrelationId, kind);

    /// <summary>Nothing falls due any more.</summary>
    public void ClearDeadlines() => Unit.ClearDeadlines(Request.CorrelationId);

    /// <summary>Ends the request or its grant.</summary>
    public void End(Ending ending)
    {
        Request.Version++;
        Request.Ending = ending;
        ClearDeadlines();
        if (Request.Grant is not null)
        {
            GrantChanged();
        }
    }

    public void Refuse(Judgement refusal)
    {
        End(new(Service.Actor, Now, refusal.Code, refusal.Reason));
        Publish(Request.Refused());
    }

    public void Shorten(DateTimeOffset end, AccessValidated answer)
    {
        Request.Version++;
        Request.Grant = Request.Grant! with { EndsAt = end > Now ? end : Now };
        SetDeadline(Due.End, Request.Grant.EndsAt, Request.Version);
        GrantChanged();
        Publish(Request.Shortened(Now, answer));
    }

    public void Revoke(Judgement refusal)
    {
        End(new(Service.Actor, Now, refusal.Code, refusal.Reason));
        Publish(Request.Revoked());
    }

    public void Suspend(string cause, Judgement refusal, AccessValidated? answer)
    {
        Request.Version++;
        Request.Suspensions.RemoveAll(reason => reason.Cause == cause);
        Request.Suspensions.Add(new(cause, refusal.Code!, refusal.Reason!, Now));
        GrantChanged();
        Publish(Request.Suspended(Now, answer));
    }

    public void KeepBasis(AccessValidated answer) => Request.Basis = Assessment.Basis(answer, Now);

    /// <summary>Lets the request wait for those who decide in its stage.</summary>
    public void Route()
    {
        Request.Version++;
        Request.IsStalled = false;
        SetReminder();
        if (Request is { EscalatesAt: null, Routing.EscalateAfter: { } patience })
        {
            Request.EscalatesAt = Now + patience;
            SetDeadline(Due.Escalation, Now + patience, Request.Version);
        }

        Publish(Request.Routed(Now));
    }

    public void SetReminder()
    {
        if (Request.Routing!.RemindAfter is { } patience)
        {
            SetDeadline(Due.Reminder, Now + patience, Request.Routing.Stage);
        }
    }

    /// <summary>Enforcers have to look at the grant again.</summary>
    public void GrantChanged() => Unit.Defer(GrantChanges.Of(Request));
}
