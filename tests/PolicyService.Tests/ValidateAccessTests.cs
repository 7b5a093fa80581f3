using System.Net.Http.Json;
using System.Text.Json;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation.Tests;
using Sovereignty.Evaluation.Tests.Access;
using Sovereignty.PolicyService.Validate;
using Sovereignty.Testing;

namespace Sovereignty.PolicyService.Tests;

[Collection(nameof(RunningPolicyService))]
public sealed class ValidateAccessTests(RunningPolicyService service) : IAsyncLifetime
{
    public Task InitializeAsync() => service.TellRegions();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task An_access_to_admitted_data_is_validated_by_the_newest_epoch()
    {
        var dataId = await Place("eu-west-1", origin: "US");

        var permitted = await Ask(Question(dataId) with { TargetRegion = "eu-west-2", TargetCountry = "GB", RequesterCountry = "GB" });
        Assert.Equal((true, AccessCodes.Permitted, 2, CrossBorderRule.Restricted), (permitted.Permitted, permitted.Code, permitted.Attempt, permitted.CrossBorder));
        Assert.Equal("adequacy-eea-gb", Assert.Single(permitted.Citations).FactId);
        Assert.Equal(Service.Actor.Subject, permitted.Actor.Subject);
        Assert.Equal(1, await service.Query<long>($"SELECT count(*) FROM policy.epoch WHERE number = {permitted.Epoch}"));

        Assert.Equal(AccessCodes.DataNotInRegion, (await Ask(Question(dataId) with { SourceRegion = "eu-west-3", TargetRegion = "eu-west-3", TargetCountry = "FR" })).Code);
        Assert.Equal(AccessCodes.TransferBanned, (await Ask(Question(dataId) with { TargetRegion = "ap-east-1", TargetCountry = "HK" })).Code);
        Assert.Equal(AccessCodes.DataUnknown, (await Ask(Question(dataId) with { TenantId = "globex" })).Code);
        Assert.Equal(AccessCodes.InputInvalid, (await Ask(Question(dataId) with { TenantId = null! })).Code);
    }

    [Fact]
    public async Task Rejected_data_is_unknown_and_data_only_classified_has_no_place_to_check()
    {
        var rejected = await Place("us-east-1");
        var classified = $"d-{Guid.NewGuid():N}";
        Assert.Equal(AccessCodes.DataUnknown, (await Ask(Question(rejected))).Code);

        using var client = service.Client("acme", "service");
        foreach (var dataId in new[] { classified, rejected })
        {
            using var answer = await client.PostAsync("/data/classify", JsonContent.Create(new { dataId, dataType = "profile", classification = "content" }));
            answer.EnsureSuccessStatusCode();
            Assert.Equal(AccessCodes.Permitted, (await Ask(Question(dataId) with { SourceRegion = "eu-north-1" })).Code);
        }
    }

    [Fact]
    public async Task Whoever_asked_of_data_is_told_when_it_lies_elsewhere()
    {
        var (moved, fresh) = (await Place("eu-west-1"), await Place("eu-west-1"));
        var classified = $"d-{Guid.NewGuid():N}";
        using var client = service.Client("acme", "service");
        using (var answer = await client.PostAsync("/data/classify", JsonContent.Create(new { dataId = classified, dataType = "profile", classification = "identity" })))
        {
            answer.EnsureSuccessStatusCode();
        }

        await Place("eu-central-1", dataId: classified);
        using (var answer = await client.PutAsync($"/data/{moved}/placement", JsonContent.Create(new { primaryRegion = "eu-central-1", replicaRegions = new[] { "eu-west-1" } })))
        {
            answer.EnsureSuccessStatusCode();
        }

        using (var answer = await client.DeleteAsync($"/data/{moved}/placement"))
        {
            answer.EnsureSuccessStatusCode();
        }

        await Eventually.True(() => Told(moved).Count == 2 && Told(classified).Count == 1, "it is told");
        Assert.Equal([["eu-central-1", "eu-west-1"], []], Told(moved));
        Assert.Equal([["eu-central-1"]], Told(classified));
        Assert.Empty(Told(fresh));
    }

    [Fact]
    public async Task A_question_from_another_user_is_not_answered()
    {
        var dataId = await Place("eu-west-1");
        var forged = Question(dataId);

        await service.PublishAs("operator", ValidateAccessConsumer.Queue, forged);

        await Eventually.True(() => service.HasMessages($"{ValidateAccessConsumer.Queue}_error"), "the forged question is put aside");
        await Ask(Question(dataId));
        Assert.Empty(Answers(forged.RequestId));
    }

    [Fact]
    public async Task A_review_of_many_accesses_says_of_each_what_it_is_told_alone()
    {
        string[] data =
        [
            await Place("eu-west-1", origin: "US"), await Place("eu-central-1"), await Place("eu-west-2"), await Place("us-east-1"), $"d-{Guid.NewGuid():N}", "", "two words",
        ];
        var random = new Random(20261123);
        ValidateAccess[] questions = [.. Enumerable.Range(0, 300).Select(number => Random(random, number, data))];
        await service.PublishAs("access-service", ValidateAccessConsumer.Queue, questions);
        var review = new ReviewAccesses { ReviewId = Guid.NewGuid(), Accesses = questions };
        await service.PublishAs("access-service", ReviewAccessesConsumer.Queue, review);
        var reviewed = await Reviewed(review.ReviewId);
        await Eventually.True(() => questions.All(question => Answers(question.RequestId).Count == 1), "each is answered alone", TimeSpan.FromMinutes(1));

        Assert.Equal(questions.Select(question => question.RequestId), reviewed.Answers.Select(answer => answer.RequestId));
        Assert.All(reviewed.Answers, answer => Assert.Equal(reviewed.Epoch, answer.Epoch));
        Assert.All(reviewed.Answers, answer => Assert.Equal(Text(Answers(answer.RequestId)[0]), Text(answer)));

        // They differ enough to prove something.
        Assert.True(reviewed.Answers.Select(answer => answer.Code).Distinct().Count() >= 6, string.Join(", ", reviewed.Answers.CountBy(answer => answer.Code)));
        Assert.Contains(reviewed.Answers, answer => answer.Permitted);
    }

    [Fact]
    public async Task A_review_from_another_user_is_not_answered()
    {
        var forged = new ReviewAccesses { ReviewId = Guid.NewGuid(), Accesses = [] };

        await service.PublishAs("operator", ReviewAccessesConsumer.Queue, forged);

        await Eventually.True(() => service.HasMessages($"{ReviewAccessesConsumer.Queue}_error"), "the forged review is put aside");
        Assert.DoesNotContain(service.Heard, heard => heard.Exchange == ReviewAccessesConsumer.Answers && heard.Body.GetProperty("reviewId").GetGuid() == forged.ReviewId);
    }

    private static ValidateAccess Random(Random random, int number, string[] data)
    {
        var target = Pick(["us-east-1", "eu-west-2", "ap-east-1", "eu-north-1", "nowhere-1"]);
        return AccessWorld.Question() with
        {
            RequestId = new(number, 1, 2, 3, 4, 5, 6, 7, 8, 9, (byte)random.Next(256)),
            Attempt = number % 3,
            TenantId = Pick(["acme", "acme", "acme", "globex", ""]),
            DataId = Pick(data),
            SourceRegion = Pick(["eu-west-1", "eu-central-1", "eu-west-2", "nowhere-1"]),
            TargetRegion = target,
            TargetCountry = Pick(["US", "GB", "HK", "DE", "XX"]),
            RequesterCountry = Pick<string?>(["US", "GB", null]),
            Start = World.Now.AddDays(random.Next(-30, 30)),
            Duration = Pick(["PT8H", "P7D", "P400D", "nonsense"]),
            Mechanism = Pick<TransferMechanism?>([null, AccessWorld.Mechanism(), AccessWorld.Mechanism(until: World.Now.AddDays(3))]),
        };

        T Pick<T>(T[] of) => of[random.Next(of.Length)];
    }

    private static string Text(AccessValidated answer) => JsonSerializer.Serialize(answer with { OccurredAt = default }, ContractJson.Options);

    private async Task<AccessesReviewed> Reviewed(Guid reviewId)
    {
        JsonElement? body = null;
        await Eventually.True(
            () => (body = service.Heard.Where(heard => heard.Exchange == ReviewAccessesConsumer.Answers && heard.Body.GetProperty("reviewId").GetGuid() == reviewId)
                .Select(heard => (JsonElement?)heard.Body).FirstOrDefault()) is not null,
            "the review is answered");
        return body!.Value.Deserialize<AccessesReviewed>(ContractJson.Options)!;
    }

    private List<string[]> Told(string dataId) =>
    [
        .. service.Heard.Where(heard => heard.Exchange == nameof(PlacementChanged) && heard.Body.GetProperty("dataId").GetString() == dataId)
            .Select(heard => heard.Body.GetProperty("regions").Deserialize<string[]>()!),
    ];

    private async Task<string> Place(string primary, string? origin = null, string? dataId = null)
    {
        var data = new DataCreated
        {
            OccurredAt = World.Now,
            TenantId = "acme",
            Actor = Actor.Service("shop"),
            DataId = dataId ?? $"d-{Guid.NewGuid():N}",
            DataType = "profile",
            Classification = "identity",
            OriginCountry = origin,
            PrimaryRegion = primary,
        };
        await service.Publish(data);
        await Eventually.True(async () => await service.Query<long>($"SELECT count(*) FROM policy.placement WHERE data_id = '{data.DataId}'") == 1, "the data is decided");
        return data.DataId;
    }

    private static ValidateAccess Question(string dataId) => AccessWorld.Question() with { RequestId = Guid.NewGuid(), Attempt = 2, DataId = dataId };

    private async Task<AccessValidated> Ask(ValidateAccess question)
    {
        question = question with { RequestId = Guid.NewGuid() };
        await service.PublishAs("access-service", ValidateAccessConsumer.Queue, question);
        await Eventually.True(() => Answers(question.RequestId).Count > 0, "the question is answered");
        return Assert.Single(Answers(question.RequestId));
    }

    private List<AccessValidated> Answers(Guid requestId) =>
    [
        .. service.Heard.Where(heard => heard.Exchange == "AccessValidated" && heard.Body.GetProperty("requestId").GetGuid() == requestId)
            .Select(heard => JsonSerializer.Deserialize<AccessValidated>(heard.Body, ContractJson.Options)!),
    ];
}
