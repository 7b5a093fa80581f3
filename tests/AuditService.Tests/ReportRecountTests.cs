using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sovereignty.AuditService.Receiving;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AuditService.Tests;

/// <summary>Figures of reports over many random stories, held against a recount that shares nothing with the service: tables, AES, JSON.</summary>
[Collection(OnPostgres.Name)]
public sealed class ReportRecountTests(PostgresServer server)
{
    private static readonly DateTimeOffset Start = new(2026, 2, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Regions = ["eu-central-1", "eu-west-1", "us-east-1", "ap-south-1"];
    private static readonly string[] Codes = [AccessCodes.TransferBanned, AccessCodes.MechanismMissing, AccessCodes.SelfApproval, AccessCodes.ProofForged, AccessCodes.PurposeNotCovered];
    private static readonly string[] Reasons = ["Too broad", "Not now", "=1+1", "", "שלום", "Ask the \"other\" team;\nthen again"];

    // By the names of the report, from the types and what a body must say.
    private static readonly (string Name, string Type, Func<JsonNode, bool> Counts)[] Totals =
    [
        ("requests", "AccessRequested", _ => true), ("approved", "AccessApproved", body => (int)body["remaining"]! == 0), ("denied", "AccessDenied", _ => true),
        ("refused", "AccessRefused", _ => true), ("lapsed", "AccessLapsed", _ => true), ("withdrawn", "AccessWithdrawn", _ => true), ("granted", "AccessGranted", _ => true),
        ("automaticGrants", "AccessGranted", body => (bool)body["automatic"]!), ("used", "AccessUsed", _ => true), ("useRefused", "AccessUseRefused", _ => true),
        ("revoked", "AccessRevoked", _ => true), ("ended", "AccessEnded", _ => true), ("givenBack", "AccessGivenBack", _ => true), ("commandsRefused", "AccessCommandRefused", _ => true),
        ("suspended", "AccessSuspended", _ => true), ("resumed", "AccessResumed", _ => true), ("shortened", "AccessShortened", _ => true), ("exhausted", "AccessExhausted", _ => true),
        ("reminded", "AccessReminded", _ => true), ("escalated", "AccessEscalated", _ => true), ("stalled", "AccessStalled", _ => true),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(20_260_201)]
    public async Task Figures_equal_a_recount_from_the_stored_bytes(int seed)
    {
        var random = new Random(seed);
        await using var log = await TestLog.Create(server);
        foreach (var messages in Enumerable.Range(0, 800).SelectMany(i => Story(random, i)).Chunk(700))
        {
            log.Store().Append([.. messages.Select(log.Sealer.Prepare)], default);
        }

        await log.CheckpointSigner().Sign(default);
        var size = await log.Scalar<long>("SELECT size FROM audit.head");
        log.Store().Append([.. new AccessStory("acme", "late", Start).Requested().Denied("Behind the checkpoint").Messages.Select(log.Sealer.Prepare)], default);
        await using var service = await TestService.Start(log);
        var entries = await Entries(log, size);
        var span = "from=2026-02-01T04:00:00Z&to=2026-02-01T12:00:00Z";

        foreach (var tenant in new[] { "acme", "globex", null })
        {
            await Compare(tenant, "", entry => entry.Tenant == tenant);
            await Compare(tenant, span, entry => entry.Tenant == tenant && entry.At >= Start.AddHours(4) && entry.At < Start.AddHours(12));
        }

        // Her denials lose their reasons, and nothing else changes.
        File.Delete(Path.Combine(log.Options.KeyFolder, log.Keys.ForSubject("acme", "https://gateway.test", "approver-fr").Id));
        entries = [.. entries.Select(entry => entry is { Tenant: "acme", Subject: "approver-fr" } ? entry with { Erased = true } : entry)];
        Assert.Contains(entries, entry => entry.Erased);
        await Compare("acme", "", entry => entry.Tenant == "acme");

        async Task Compare(string? tenant, string query, Func<Stored, bool> belongs)
        {
            var client = service.Client(tenant is null ? "operator" : "compliance-officer", tenant);
            var report = JsonNode.Parse(await client.GetStringAsync(new Uri($"/access/audit/report?{query}", UriKind.Relative)))!;
            var counted = entries.Where(belongs).ToList();
            Assert.Equal(size, (long)report["checkpoint"]!["size"]!);
            Assert.Equal(Expected(counted).ToJsonString(), Figures(report).ToJsonString());
            Evidence(report, counted);
        }
    }

    private static JsonObject Expected(List<Stored> entries)
    {
        long Of(string type, Func<JsonNode, bool> counts) => entries.Count(entry => entry.Type == type && counts(entry.Event!));
        var approved = Of("AccessApproved", body => (int)body["remaining"]! == 0);
        var denied = Of("AccessDenied", _ => true);
        var coded = new Dictionary<string, string> { ["AccessDenied"] = "denied", ["AccessRefused"] = "refused", ["AccessUseRefused"] = "use-refused", ["AccessCommandRefused"] = "command-refused" };
        return new()
        {
            ["totals"] = Sorted(Totals.Select(total => $"{total.Name} {Of(total.Type, total.Counts)}").Append($"events {entries.Count}")),
            ["types"] = Sorted(entries.GroupBy(entry => entry.Type).Select(type => $"{type.Key} {type.Count()}")),
            ["rate"] = approved + denied == 0 ? null : (double)approved / (approved + denied),
            ["reasons"] = Sorted(entries.Where(entry => coded.ContainsKey(entry.Type) && !(entry.Type == "AccessDenied" && entry.Erased))
                .GroupBy(entry => $"{coded[entry.Type]} {(entry.Type == "AccessDenied" ? entry.Event!["reason"] : entry.Event!["code"])}").Select(reason => $"{reason.Key} {reason.Count()}")),
            ["pairs"] = Sorted(entries.Where(entry => entry.Type is "AccessRequested" or "AccessGranted").GroupBy(entry => $"{entry.Event!["sourceRegion"]} {entry.Event["targetRegion"]}")
                .Select(pair => $"{pair.Key} {pair.Count(entry => entry.Type == "AccessRequested")} {pair.Count(entry => entry.Type == "AccessGranted")}")),
            ["erased"] = entries.Count(entry => entry.Type == "AccessDenied" && entry.Erased),
        };
    }

    private static JsonObject Figures(JsonNode report) => new()
    {
        ["totals"] = Sorted(report["totals"]!.AsObject().Select(total => $"{total.Key} {total.Value}")),
        ["types"] = Sorted(report["byType"]!.AsArray().Select(type => $"{type!["type"]} {type["count"]}")),
        ["rate"] = (double?)report["approvalRate"],
        ["reasons"] = Sorted(report["rejectionReasons"]!.AsArray().Select(reason => $"{reason!["kind"]} {reason["code"] ?? reason["reason"]} {reason["count"]}")),
        ["pairs"] = Sorted(report["regionPairs"]!.AsArray().Select(pair => $"{pair!["sourceRegion"]} {pair["targetRegion"]} {pair["requests"]} {pair["granted"]}")),
        ["erased"] = (int)report["erased"]!,
    };

    // What findings rest on: how many entries of a type, and of a code, between which.
    private static void Evidence(JsonNode report, List<Stored> entries)
    {
        foreach (var evidence in report["findings"]!.AsArray().SelectMany(finding => finding!["evidence"]!.AsArray()))
        {
            var facet = (string?)evidence!["facet"];
            var shown = entries.Where(entry => entry.Type == (string)evidence["type"]! && (facet is null || facet == Facet(entry))).Select(entry => entry.Index).ToList();
            Assert.Equal((shown.Count, shown.Min(), shown.Max()), ((int)evidence["count"]!, (long)evidence["firstIndex"]!, (long)evidence["lastIndex"]!));
        }

        static string? Facet(Stored entry) => entry.Type == "AccessApproved" ? (int)entry.Event!["remaining"]! == 0 ? "complete" : null : (string?)entry.Event?["code"];
    }

    private static JsonArray Sorted(IEnumerable<string> lines) => [.. lines.Order(StringComparer.Ordinal).Select(line => JsonValue.Create(line))];

    private static async Task<List<Stored>> Entries(TestLog log, long size)
    {
        // HKDF and AES-GCM by hand, from the form that is written down for outsiders.
        var wrapping = HKDF.DeriveKey(HashAlgorithmName.SHA256, Convert.FromBase64String(log.Options.MasterKey), 32, [], Encoding.UTF8.GetBytes("wrapping"));
        var entries = new List<Stored>();
        await using var command = log.Superuser.CreateCommand($"SELECT index, entry, sealed FROM audit.entries WHERE index < {size} ORDER BY 1");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var entry = JsonNode.Parse(reader.GetFieldValue<byte[]>(1))!;
            var keyId = (string)entry["keyId"]!;
            var key = Decrypt(wrapping, (await File.ReadAllBytesAsync(Path.Combine(log.Options.KeyFolder, keyId)))[1..], Convert.FromHexString(keyId));
            var body = Decrypt(key, reader.GetFieldValue<byte[]>(2), Convert.FromBase64String((string)entry["commitment"]!))[32..];
            var type = (string)entry["type"]!;
            var message = type == "malformed" ? null : JsonNode.Parse(body)!["message"];
            var fault = type.StartsWith("MassTransit:Fault", StringComparison.Ordinal);
            entries.Add(new(
                reader.GetInt64(0), (string?)entry["tenant"], fault ? "Fault" : type.Split(':')[^1], (DateTimeOffset?)entry["occurredAt"] ?? (DateTimeOffset)entry["receivedAt"]!,
                (string?)(fault ? message!["message"] : message)?["actor"]?["subject"], message, Erased: false));
        }

        return entries;
    }

    private static byte[] Decrypt(byte[] key, byte[] blob, byte[] associated)
    {
        using var aes = new AesGcm(key, 16);
        var plain = new byte[blob.Length - 28];
        aes.Decrypt(blob.AsSpan(0, 12), blob.AsSpan(12, plain.Length), blob.AsSpan(blob.Length - 16), plain, associated);
        return plain;
    }

    private static IEnumerable<ReceivedMessage> Story(Random random, int number)
    {
        var tenant = random.Next(3) == 0 ? "globex" : "acme";
        var start = Start.AddMinutes(random.Next(0, 24 * 60));
        var story = new AccessStory(tenant, $"data-{random.Next(40)}", start, Pick(Regions), Pick(Regions));
        switch (random.Next(14))
        {
            case 0: return Outside();
            case 1: return [TestLog.Raw("nonsense", $"bad-{number}")];
            case 2: return [TestLog.Message(number, random.Next(2) == 0 ? tenant : null)];
            case 3: return [Fault()];
            case 4: story.Requested().Refused(Pick(Codes)); break;
            case 5: story.Requested().CommandRefused(Pick(Codes)).Denied(Pick(Reasons)); break;
            case 6: story.Requested().Denied(Pick(Reasons), by: "approver-fr"); break;
            case 7: story.Requested().Approved(remaining: 1).Denied(Pick(Reasons)); break;
            case 8: story.Requested().Reminded().Escalated().Stalled().Lapsed(); break;
            case 9: story.Requested().Withdrawn(); break;
            case 10: story.Requested().Granted(automatic: true).Used().UseRefused(Pick(Codes)).Ended(); break;
            case 11: story.Requested().Approved(remaining: 1).Approved().Granted().Used().Suspended(Pick(Codes)).Resumed().Shortened().Exhausted(); break;
            case 12: story.Requested().Approved().Granted().GivenBack(); break;
            default: story.Requested().Approved().Granted().Used().Used("export").Revoked(); break;
        }

        return story.Messages;

        T Pick<T>(T[] from) => from[random.Next(from.Length)];

        // Access events that somebody else claims: no figure may have them but that of malformed messages.
        IEnumerable<ReceivedMessage> Outside() => story.Requested().Denied("Forged").Messages.Select(message => message with { Source = "platform-service" });

        ReceivedMessage Fault() => TestLog.Raw(
            new JsonObject
            {
                ["messageId"] = $"fault-{number}",
                ["messageType"] = new JsonArray("urn:message:MassTransit:Fault[[Sovereignty.Contracts.Access:AccessDenied]]"),
                ["message"] = new JsonObject
                {
                    ["faultedMessageId"] = "1", ["timestamp"] = start.UtcDateTime.ToString("O"),
                    ["message"] = new JsonObject { ["tenantId"] = tenant, ["reason"] = "Failed", ["occurredAt"] = start.UtcDateTime.ToString("O"), ["actor"] = new JsonObject { ["issuer"] = "https://gateway.test", ["subject"] = "approver-de" } },
                },
            }.ToJsonString(),
            $"fault-{number}") with { Source = "access-service" };
    }

    private sealed record Stored(long Index, string? Tenant, string Type, DateTimeOffset At, string? Subject, JsonNode? Event, bool Erased);
}
