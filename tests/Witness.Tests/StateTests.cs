using System.Net;
using System.Text;
using Sovereignty.TransparencyLog;
using static Sovereignty.Witness.Tests.RunningWitness;

namespace Sovereignty.Witness.Tests;

public sealed class StateTests : IDisposable
{
    private readonly string _folder = NewFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_witness_that_starts_again_knows_what_it_cosigned()
    {
        string served;
        await using (var first = await Start(_folder))
        {
            await first.Add(Body(0, 10));
            served = await first.Client.GetStringAsync($"/{LogHash}/checkpoint");
        }

        await using var second = await Start(_folder);
        Assert.Equal(served, await second.Client.GetStringAsync($"/{LogHash}/checkpoint"));
        Assert.Equal((HttpStatusCode.Conflict, "10\n"), await second.Add(Body(0, 20)));
        Assert.Equal(HttpStatusCode.OK, (await second.Add(Body(10, 20))).Status);
    }

    [Fact]
    public async Task A_crash_between_disk_and_answer_costs_no_cosignature()
    {
        await using (var first = await Start(_folder))
        {
            await first.Add(Body(0, 10));
        }

        // As it stands between the write and the signature.
        await File.WriteAllTextAsync(StateFile(_folder), Checkpoint(Tree, 15));
        await using var second = await Start(_folder);
        var served = SignedNote.Parse(Encoding.UTF8.GetBytes(await second.Client.GetStringAsync($"/{LogHash}/checkpoint")))!;
        Assert.Single(served.Verify(await second.Key()));
        Assert.Equal((HttpStatusCode.Conflict, "15\n"), await second.Add(Body(10, 15)));
        var (status, cosignature) = await second.Add(Body(15, 15));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Single(SignedNote.Parse(Encoding.UTF8.GetBytes(Checkpoint(Tree, 15) + cosignature))!.Verify(await second.Key()));
    }

    [Fact]
    public async Task What_cannot_be_put_on_disk_is_not_cosigned()
    {
        await using var witness = await Start(_folder);
        await witness.Add(Body(0, 10));
        var place = Path.GetDirectoryName(StateFile(_folder))!;
        Directory.Move(place, place + ".away");
        await File.WriteAllTextAsync(place, "in the way");
        var (status, text) = await witness.Add(Body(10, 20));
        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.DoesNotContain("— witness.example/w1", text);

        File.Delete(place);
        Directory.Move(place + ".away", place);
        Assert.Equal((HttpStatusCode.Conflict, "10\n"), await witness.Add(Body(0, 20)));
        Assert.Equal(HttpStatusCode.OK, (await witness.Add(Body(10, 20))).Status);
    }

    [Fact]
    public async Task The_checkpoint_that_is_held_is_cosigned_again_without_the_disk()
    {
        await using var witness = await Start(_folder);
        await witness.Add(Body(0, 10));
        var place = Path.GetDirectoryName(StateFile(_folder))!;
        Directory.Move(place, place + ".away");
        await File.WriteAllTextAsync(place, "in the way");
        var (status, cosignature) = await witness.Add(Body(10, 10));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Single(SignedNote.Parse(Encoding.UTF8.GetBytes(Checkpoint(Tree, 10) + cosignature))!.Verify(await witness.Key()));
    }

    [Fact]
    public async Task More_than_64_at_once_are_asked_to_come_again()
    {
        using var held = new HeldClock();
        await using var witness = await Start(_folder, held);
        held.Hold();
        var first = witness.Add(Body(0, 10));
        await held.Reached.WaitAsync(TimeSpan.FromSeconds(30));

        var others = Enumerable.Range(0, 70).Select(_ => witness.Client.PostAsync("/add-checkpoint", new StringContent(Body(0, 10)))).ToList();
        for (var refused = 0; refused < 7; refused++)
        {
            var answered = await Task.WhenAny(others).WaitAsync(TimeSpan.FromSeconds(30));
            others.Remove(answered);
            using var response = await answered;
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.Equal("1", response.Headers.GetValues("Retry-After").Single());
        }

        held.Release();
        Assert.Equal(HttpStatusCode.OK, (await first).Status);
        Assert.All(await Task.WhenAll(others), response => Assert.Equal(HttpStatusCode.Conflict, response.StatusCode));
        Assert.Equal(HttpStatusCode.OK, (await witness.Add(Body(10, 20))).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("log.example/audit")]
    [InlineData("log.example/other\n")]
    [InlineData("{other}")]
    [InlineData("{half}")]
    [InlineData("{changed}")]
    [InlineData("{cosignature changed}")]
    public async Task A_damaged_state_refuses_and_never_begins_anew(string state)
    {
        await using (var first = await Start(_folder))
        {
            await first.Add(Body(0, 10));
        }

        var whole = await File.ReadAllTextAsync(StateFile(_folder));
        var at = whole.Length - 10;
        await File.WriteAllTextAsync(StateFile(_folder), state
            .Replace("{other}", Checkpoint(Tree, 10, OtherLog))
            .Replace("{half}", whole[..(whole.Length / 2)])
            .Replace("{changed}", whole.Replace("\n10\n", "\n11\n"))
            .Replace("{cosignature changed}", whole[..at] + (whole[at] == 'A' ? 'B' : 'A') + whole[(at + 1)..]));
        await RefusesAll();
    }

    [Fact]
    public async Task A_state_that_is_gone_refuses_and_never_begins_anew()
    {
        await using (await Start(_folder))
        {
        }

        File.Delete(StateFile(_folder));
        await RefusesAll();
        Directory.Delete(Path.Combine(_folder, "state"), recursive: true);
        await using var witness = await Start(_folder);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await witness.Add(Body(0, 10))).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await witness.Add(Body(0, [], Checkpoint(Tree, 3, OtherLog)))).Status);
    }

    [Fact]
    public async Task A_start_that_broke_off_before_the_first_checkpoint_goes_on()
    {
        await using (await Start(_folder))
        {
        }

        // The state was begun, and is not yet known to be.
        File.Delete(Path.Combine(_folder, "key.logs"));
        await using var second = await Start(_folder);
        Assert.Equal(HttpStatusCode.OK, (await second.Add(Body(0, 10))).Status);
    }

    [Fact]
    public async Task Two_witnesses_never_share_a_state()
    {
        await using var first = await Start(_folder);
        await Assert.ThrowsAsync<IOException>(() => Start(_folder));
    }

    private async Task RefusesAll()
    {
        await using var witness = await Start(_folder);
        foreach (var body in new[] { Body(0, 10), Body(10, 20), Body(10, 10) })
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await witness.Add(body)).Status);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await witness.Client.GetAsync($"/{LogHash}/checkpoint")).StatusCode);
        using var health = await witness.Client.GetAsync("/health");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Contains("Unhealthy", await health.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, (await witness.Add(Body(0, [], Checkpoint(Tree, 3, OtherLog)))).Status);
    }

    /// <summary>Holds up who asks for the time.</summary>
    private sealed class HeldClock : TimeProvider, IDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _released = new(initialState: true);

        public Task Reached => _reached.Task;

        public void Hold() => _released.Reset();

        public void Release() => _released.Set();

        public override DateTimeOffset GetUtcNow()
        {
            if (!_released.IsSet)
            {
                _reached.TrySetResult();
            }

            _released.Wait(TimeSpan.FromSeconds(60));
            return System.GetUtcNow();
        }

        public void Dispose() => _released.Dispose();
    }
}
