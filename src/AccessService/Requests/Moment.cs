namespace Sovereignty.AccessService.Requests;

/// <summary>The moment of one message, the same for everything that is judged and done because of it.</summary>
internal sealed class Moment(TimeProvider time)
{
    public DateTimeOffset At { get; } = time.Now();
}
