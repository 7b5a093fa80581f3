using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using RabbitMQ.Client;
using Sovereignty.Testing;

namespace Sovereignty.SystemTests;

[Collection(nameof(PlatformFixture))]
public sealed class PlainPublisherTests(PlatformFixture platform)
{
    [Fact]
    public async Task A_publisher_in_Node_gets_its_answers_to_plain_JSON_and_to_CloudEvents()
    {
        var run = $"node-{Guid.NewGuid().ToString("N")[..8]}";
        object[] messages =
        [
            new { contentType = "application/json", messageId = $"{run}-1", body = Body($"{run}-plain", "eu-central-1") },
            new
            {
                contentType = "application/cloudevents+json",
                messageId = $"{run}-2",
                body = (object)new { specversion = "1.0", id = $"{run}-2", source = "/shop", type = "com.example.data-created", datacontenttype = "application/json", data = Body($"{run}-event", "us-east-1") },
            },
            new { contentType = "application/json", messageId = $"{run}-3", body = (object)new { tenantId = "acme", dataId = $"{run}-bad", primaryRegion = 7 } },
        ];

        var answers = await RunNode(messages);

        Assert.Equal("compliant", Answer(answers, $"{run}-plain").GetProperty("code").GetString());
        Assert.Equal("allow-with-obligations", Answer(answers, $"{run}-plain").GetProperty("outcome").GetString());
        Assert.Equal("primary-outside-residency", Answer(answers, $"{run}-event").GetProperty("code").GetString());
        Assert.Equal("input-invalid", Answer(answers, $"{run}-bad").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("{\"tenantId\":\"acme\",", "application/json", "json-invalid")]
    [InlineData("{}", "text/plain", "content-type-unsupported")]
    [InlineData("{}", null, "content-type-unsupported")]
    [InlineData("\0\u0001not json at all", "application/json", "json-invalid")]
    public async Task A_malformed_message_is_kept_and_audited_and_stops_nothing_behind_it(string body, string? contentType, string code)
    {
        await using var connection = await platform.Connect("operator");
        await using var channel = await connection.CreateChannelAsync();
        var depth = await Depth(channel, "policy.ingress_dead");
        var malformed = await Malformed(code);

        await channel.BasicPublishAsync("sovereignty.data-created", "", false, new BasicProperties { MessageId = Guid.NewGuid().ToString(), ContentType = contentType, UserId = "operator" }, Wire.Utf8(body));
        var good = $"behind-{Guid.NewGuid():N}";
        await using var ledger = new Ledger(platform);
        await ledger.Listen();
        await channel.BasicPublishAsync("sovereignty.data-created", "", false, new BasicProperties { MessageId = good, ContentType = "application/json", UserId = "operator" }, JsonSerializer.SerializeToUtf8Bytes(Body(good, "eu-central-1")));

        await Eventually.True(() => ledger.AnswersFor(good).Count == 1, "the message behind it is answered");
        await Eventually.True(async () => await Depth(channel, "policy.ingress_dead") > depth, "the malformed message is kept");
        await Eventually.True(async () => await Malformed(code) > malformed, "it is in the log");
    }

    [Fact]
    public async Task A_malformed_envelope_on_the_queue_of_DataCreated_stops_nothing_behind_it()
    {
        await using var connection = await platform.Connect("platform-service");
        await using var channel = await connection.CreateChannelAsync();
        await channel.BasicPublishAsync(Wire.ExchangeOf<Contracts.Data.DataCreated>(), "", false, new BasicProperties { MessageId = Guid.NewGuid().ToString(), ContentType = "application/vnd.masstransit+json", UserId = "platform-service" }, Wire.Utf8("{\"messageType\":[\"urn:message:Sovereignty.Contracts.Data:DataCreated\"],\"message\":{\"dataId\":7"));

        await using var ledger = new Ledger(platform);
        await ledger.Listen();
        var data = Wire.Data($"behind-{Guid.NewGuid():N}");
        await ledger.Publish([data]);

        await Eventually.True(() => ledger.Answered == 1, "the message behind it is answered");
        await using var operators = await platform.Connect("operator");
        await using var looking = await operators.CreateChannelAsync();
        await Eventually.True(async () => await Depth(looking, "policy.data-created_error") > 0, "the malformed envelope is kept");
        await Eventually.True(
            async () => (await (await platform.Client("operator")).GetFromJsonAsync<JsonElement>("/access/audit?type=ReceiveFault&limit=1")).GetProperty("items").GetArrayLength() > 0,
            "the fault is in the log");
        await platform.Healthy();
    }

    private async Task<long> Malformed(string code)
    {
        var page = await (await platform.Client("operator")).GetFromJsonAsync<JsonElement>("/access/audit?type=MessageMalformed&limit=500");
        return page.GetProperty("items").EnumerateArray().Count(item => item.GetProperty("body").GetProperty("code").GetString() == code);
    }

    private static async Task<uint> Depth(IChannel channel, string queue) => (await channel.QueueDeclarePassiveAsync(queue)).MessageCount;

    private static JsonElement Answer(IEnumerable<JsonElement> answers, string dataId) =>
        answers.Single(answer => answer.GetProperty("dataId").GetString() == dataId);

    private static object Body(string dataId, string primary) =>
        new { tenantId = "acme", dataId, dataType = "order", classification = "transactional", primaryRegion = primary, replicaRegions = Array.Empty<string>(), backupRegions = Array.Empty<string>() };

    private async Task<IReadOnlyList<JsonElement>> RunNode(object[] messages)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "publisher");
        await Run("npm", ["ci", "--no-audit", "--no-fund", "--silent"], folder, null);
        var output = await Run("node", ["publisher.js", platform.Amqp("platform-service"), "acme"], folder, JsonSerializer.Serialize(messages));
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static async Task<string> Run(string program, string[] arguments, string folder, string? input)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(limit.Token);
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {await error}");
        return await output;
    }
}
