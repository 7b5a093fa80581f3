using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Residency;
using Sovereignty.Testing;

namespace Sovereignty.AccessService.Tests;

/// <summary>Decisions over the broker: who decides is told by the proof alone.</summary>
[Collection(nameof(RunningAccessService))]
public sealed class BrokerDecisionTests(RunningAccessService service)
{
    [Fact]
    public async Task An_approver_approves_over_the_broker()
    {
        var life = await Waiting();
        await service.Publish(new ApproveAccess { RequestId = life.Id, Reason = "fits", Duration = "PT1H", Proof = service.Proof(Person.ApproverDe, life.Id, "approve", duration: "PT1H") });

        await life.Reaches("approved");

        var grant = (await life.Get()).GetProperty("grant");
        Assert.Equal(TimeSpan.FromHours(1), grant.GetProperty("endsAt").GetDateTimeOffset() - grant.GetProperty("startsAt").GetDateTimeOffset());
        Assert.Equal("approver-de", service.EventsOf(life.Id).Single(heard => heard.Type == nameof(AccessApproved)).Body.GetProperty("actor").GetProperty("subject").GetString());
    }

    [Fact]
    public async Task An_approver_rejects_over_the_broker()
    {
        var life = await Waiting();
        await service.Publish(new RejectAccess { RequestId = life.Id, Reason = "not needed", Proof = service.Proof(Person.DpoDe, life.Id, "deny") });
        await life.Reaches("denied");
    }

    [Theory]
    [InlineData("signed by another key", AccessCodes.ProofForged)]
    [InlineData("changed after signing", AccessCodes.ProofForged)]
    [InlineData("not a token", AccessCodes.ProofForged)]
    [InlineData("three parts of nothing", AccessCodes.ProofForged)]
    [InlineData("without a signature", AccessCodes.ProofForged)]
    [InlineData("for another audience", AccessCodes.ProofForged)]
    [InlineData("of another kind", AccessCodes.ProofForged)]
    [InlineData("six minutes old", AccessCodes.ProofExpired)]
    [InlineData("for another request", AccessCodes.ProofMismatch)]
    [InlineData("for another decision", AccessCodes.ProofMismatch)]
    [InlineData("for another duration", AccessCodes.ProofMismatch)]
    [InlineData("of another tenant", AccessCodes.RequestUnknown)]
    [InlineData("of the requester", AccessCodes.SelfApproval)]
    [InlineData("of another jurisdiction", AccessCodes.WrongJurisdiction)]
    [InlineData("of another role", AccessCodes.RoleMissing)]
    public async Task A_proof_that_does_not_hold_is_refused_and_audited(string spoilt, string code)
    {
        var life = await Waiting();
        var good = service.Proof(Person.ApproverDe, life.Id, "approve");
        var proof = spoilt switch
        {
            "signed by another key" => service.Proof(Person.ApproverDe, life.Id, "approve", spoil: token =>
                token.SigningCredentials = new(new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "proof-1" }, SecurityAlgorithms.EcdsaSha256)),
            "changed after signing" => $"{good.Split('.')[0]}.{service.Proof(Person.DpoDe, life.Id, "approve").Split('.')[1]}.{good.Split('.')[2]}",
            "not a token" => "approved, trust me",
            "three parts of nothing" => "aaaa.bbbb.cccc",
            "without a signature" => service.Proof(Person.ApproverDe, life.Id, "approve", spoil: token => token.SigningCredentials = null),
            "for another audience" => service.Proof(Person.ApproverDe, life.Id, "approve", spoil: token => token.Audience = "sovereignty"),
            "of another kind" => service.Proof(Person.ApproverDe, life.Id, "approve", spoil: token => token.TokenType = "JWT"),
            "six minutes old" => service.Proof(Person.ApproverDe, life.Id, "approve", service.Time.GetUtcNow() - TimeSpan.FromMinutes(6)),
            "for another request" => service.Proof(Person.ApproverDe, Guid.NewGuid(), "approve"),
            "for another decision" => service.Proof(Person.ApproverDe, life.Id, "deny"),
            "for another duration" => service.Proof(Person.ApproverDe, life.Id, "approve", duration: "PT1H"),
            "of another tenant" => service.Proof(Person.ApproverGlobex, life.Id, "approve"),
            "of the requester" => service.Proof(Person.Requester with { Roles = ["approver"], Country = "DE" }, life.Id, "approve"),
            "of another jurisdiction" => service.Proof(Person.ApproverFr, life.Id, "approve"),
            _ => service.Proof(Person.ApproverDe with { Roles = ["requester"] }, life.Id, "approve"),
        };

        await service.Publish(new ApproveAccess { RequestId = life.Id, Reason = "yes", Proof = proof });

        await AssertRefused(life, code);
        Assert.Equal("awaiting-approval", (await life.Get()).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_proof_works_once()
    {
        var life = await Waiting();
        var proof = service.Proof(Person.ApproverDe, life.Id, "approve");
        await service.Publish(new ApproveAccess { RequestId = life.Id, Reason = "yes", Proof = proof });
        await life.Reaches("approved");

        await service.Publish(new ApproveAccess { RequestId = life.Id, Reason = "yes", Proof = proof });

        await AssertRefused(life, AccessCodes.ProofReplayed);
    }

    [Fact]
    public async Task A_request_that_nobody_knows_is_refused_and_audited()
    {
        var unknown = Guid.NewGuid();
        await service.Publish(new ApproveAccess { RequestId = unknown, Reason = "yes", Proof = service.Proof(Person.ApproverDe, unknown, "approve") });
        await Eventually.True(() => service.EventsOf(unknown).Any(heard => heard.Body.GetProperty("code").GetString() == AccessCodes.RequestUnknown), "the refusal is told");
    }

    [Fact]
    public async Task The_sagas_queue_takes_no_command_and_no_answer_from_others()
    {
        var life = await Waiting();
        var before = await service.Waiting("access.requests_error");

        // The operator may write anywhere on the broker, and yet cannot approve.
        await service.SendToQueue(Service.RequestQueue, new DecideAccess(life.Id, Guid.NewGuid(), Person.ApproverDe.Actor, "forged", ApprovalDecision.Approve, null), "operator");
        await service.SendToQueue(Service.RequestQueue, new BeginAccess(life.Id), "operator");
        await Eventually.True(async () => await service.Waiting("access.requests_error") == before + 2, "both are in the error queue");

        Assert.Equal("awaiting-approval", (await life.Get()).GetProperty("state").GetString());
        Assert.Empty((await life.Get()).GetProperty("votes").EnumerateArray());
    }

    [Fact]
    public async Task An_answer_of_anyone_but_PolicyService_does_not_count()
    {
        var data = $"forged-{Guid.NewGuid():N}";
        service.Policies[data] = _ => null;
        var life = await Life.Submit(service, data);
        await life.Reaches("validating");
        var before = await service.Waiting("access.requests_error");

        await service.Publish(Answers.Allowed(new ValidateAccess
        {
            RequestId = life.Id, Attempt = 1, TenantId = "acme", DataId = data, SourceRegion = "eu-central-1", TargetRegion = "us-east-1",
            TargetCountry = "US", Purpose = "customer-support", Start = service.Time.GetUtcNow(), Duration = "PT8H",
        }), user: "operator");

        await Eventually.True(async () => await service.Waiting("access.requests_error") == before + 1, "it is in the error queue");
        Assert.Equal("validating", (await life.Get()).GetProperty("state").GetString());
    }

    private async Task<Life> Waiting()
    {
        var life = await Life.Submit(service);
        await life.Reaches("awaiting-approval");
        return life;
    }

    private Task AssertRefused(Life life, string code) => Eventually.True(
        () => service.EventsOf(life.Id).Any(heard => heard.Type == nameof(AccessCommandRefused) && heard.Body.GetProperty("code").GetString() == code),
        $"the refusal {code} is told");
}
