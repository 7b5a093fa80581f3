using System.Security.Cryptography;
using System.Text;
using CsCheck;

namespace Sovereignty.TransparencyLog.Tests;

public sealed class LogEntryTests
{
    private static readonly LogEntry Entry = new()
    {
        Id = "00000000-0000-0000-0000-000000000001",
        Type = "Sovereignty.Contracts.Data:DataCreated",
        Tenant = "acme",
        Source = "platform-service",
        Number = 7,
        OccurredAt = new DateTimeOffset(2026, 1, 2, 5, 4, 5, 678, TimeSpan.FromHours(2)),
        ReceivedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 6, TimeSpan.Zero),
        ContentType = "application/json",
        KeyId = new string('a', 64),
        Commitment = MerkleHash.EmptyRoot,
    };

    [Fact]
    public void The_form_of_an_entry_never_changes() =>
        Assert.Equal(
            """{"v":1,"id":"00000000-0000-0000-0000-000000000001","type":"Sovereignty.Contracts.Data:DataCreated","tenant":"acme","source":"platform-service","number":7,"occurredAt":"2026-01-02T03:04:05.6780000Z","receivedAt":"2026-01-02T03:04:06.0000000Z","contentType":"application/json","malformed":null,"keyId":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","commitment":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}""",
            Encoding.UTF8.GetString(Entry.Write()!));

    [Fact]
    public void An_entry_reads_back()
    {
        Assert.Equal(Entry, LogEntry.Read(Entry.Write()));
        var bare = new LogEntry { Id = "x", Type = LogEntry.MalformedType, Malformed = "json-invalid", ReceivedAt = Entry.ReceivedAt, KeyId = "k", Commitment = MerkleHash.EmptyRoot };
        Assert.Equal(bare, LogEntry.Read(bare.Write()));
    }

    [Fact]
    public void Any_text_reads_back() =>
        Gen.Select(Gen.String, Gen.String).Sample((id, type) =>
        {
            var entry = Entry with { Id = id, Type = type };
            return LogEntry.Read(entry.Write()) == entry;
        });

    [Fact]
    public void An_entry_that_would_be_too_long_is_not_written()
    {
        Assert.NotNull((Entry with { Id = new string('x', 60_000) }).Write());
        Assert.Null((Entry with { Id = new string('x', 65_536) }).Write());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"v":2}""")]
    [InlineData("""{"id":"x","v":1}""")]
    public void Other_bytes_are_not_an_entry(string text) => Assert.Null(LogEntry.Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_sealed_body_opens_only_whole_with_its_key_and_its_commitment()
    {
        using var cipher = SealedBody.Cipher(SHA256.HashData("key"u8));
        using var wrong = SealedBody.Cipher(SHA256.HashData("wrong"u8));
        var body = Encoding.UTF8.GetBytes("""{"dataId":"d-1"}""");
        var random = RandomNumberGenerator.GetBytes(SealedBody.RandomLength);
        var salt = random[SealedBody.NonceLength..];
        var (blob, commitment) = SealedBody.Seal(cipher, random, body);

        Assert.Equal(new MerkleHash(SHA256.HashData([.. salt, .. body])), commitment);
        Assert.Equal(body, SealedBody.Open(cipher, blob, commitment));
        Assert.Null(SealedBody.Open(wrong, blob, commitment));
        Assert.Null(SealedBody.Open(cipher, blob, MerkleHash.EmptyRoot));
        Assert.Null(SealedBody.Open(cipher, blob.AsSpan(0, 20), commitment));
        for (var position = 0; position < blob.Length; position++)
        {
            var changed = (byte[])blob.Clone();
            changed[position] ^= 1;
            Assert.Null(SealedBody.Open(cipher, changed, commitment));
        }
    }

    [Fact]
    public void An_empty_body_is_sealed_too()
    {
        using var cipher = SealedBody.Cipher(SHA256.HashData("key"u8));
        var salt = SHA256.HashData("salt"u8);
        var (blob, commitment) = SealedBody.Seal(cipher, RandomNumberGenerator.GetBytes(SealedBody.RandomLength), []);
        Assert.Empty(SealedBody.Open(cipher, blob, commitment)!);
    }
}
