using System.Security.Cryptography;
using Sovereignty.AuditService.Keys;

namespace Sovereignty.AuditService.Tests;

public sealed class KeyStoreTests : IDisposable
{
    private static readonly MasterKey Master = MasterKey.Parse(Convert.ToBase64String(SHA256.HashData("master"u8)));

    private readonly string _folder = Directory.CreateTempSubdirectory("sov-audit-keystore").FullName;

    [Fact]
    public void A_subject_has_one_key_that_survives_a_restart()
    {
        var key = new KeyStore(_folder, Master).ForSubject("acme", "https://issuer", "jane");
        var again = new KeyStore(_folder, Master).ForSubject("acme", "https://issuer", "jane");
        Assert.Equal(key.Secret, again.Secret);
        Assert.Equal(key.Secret, new KeyStore(_folder, Master).Find(key.Id));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Tenants_subjects_and_issuers_have_keys_of_their_own()
    {
        var keys = new KeyStore(_folder, Master);
        var all = new[]
        {
            keys.ForSubject("acme", "a", "bc"), keys.ForSubject("acme", "ab", "c"), keys.ForSubject("globex", "a", "bc"), keys.ForSubject(null, "a", "bc"),
            keys.ForSubject("", "a", "bc"), keys.General("acme"), keys.General("globex"), keys.General(null),
        };
        Assert.Equal(all.Length, all.Select(key => key.Id).Distinct().Count());
        Assert.Equal(all.Length, all.Select(key => Convert.ToHexString(key.Secret)).Distinct().Count());
    }

    [Fact]
    public async Task Racing_instances_agree_on_one_key()
    {
        var secrets = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Convert.ToHexString(new KeyStore(_folder, Master).General("acme").Secret))));
        Assert.Single(secrets.Distinct());
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void The_file_holds_neither_the_key_nor_the_name_and_opens_only_with_its_master_key()
    {
        var key = new KeyStore(_folder, Master).ForSubject("acme", "i", "jane");
        var file = Directory.GetFiles(_folder).Single();
        Assert.DoesNotContain(Convert.ToHexString(key.Secret), Convert.ToHexString(File.ReadAllBytes(file)));
        Assert.Equal(key.Id, Path.GetFileName(file));
        var other = MasterKey.Parse(Convert.ToBase64String(SHA256.HashData("other"u8)));
        Assert.Throws<InvalidDataException>(() => new KeyStore(_folder, other).Find(key.Id));
        var bytes = File.ReadAllBytes(file);
        bytes[20] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Throws<InvalidDataException>(() => new KeyStore(_folder, Master).Find(key.Id));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5_000)]
    public void A_keyed_hash_is_the_hmac_over_texts_behind_their_lengths(int length)
    {
        var text = string.Concat(Enumerable.Repeat("é", length));
        byte[] written = [0, 0, 0, 4, .. "user"u8, 255, 255, 255, 255, .. BitConverter.GetBytes(2 * length).Reverse(), .. System.Text.Encoding.UTF8.GetBytes(text)];
        Assert.Equal(HMACSHA256.HashData(Master.Names, written), KeyedHash.Of(Master.Names, "user", null, text));
    }

    [Fact]
    public void A_key_file_that_is_repaired_works_without_a_restart()
    {
        var key = new KeyStore(_folder, Master).General("acme");
        var file = Path.Combine(_folder, key.Id);
        var good = File.ReadAllBytes(file);
        var keys = new KeyStore(_folder, Master);
        File.WriteAllBytes(file, [1, 2, 3]);
        Assert.Throws<InvalidDataException>(() => keys.General("acme"));
        File.WriteAllBytes(file, good);
        Assert.Equal(key.Secret, keys.General("acme").Secret);
    }

    [Fact]
    public void A_destroyed_key_is_not_found_even_by_who_used_it()
    {
        var keys = new KeyStore(_folder, Master);
        var key = keys.General("acme");
        File.Delete(Path.Combine(_folder, key.Id));
        Assert.Null(keys.Find(key.Id));
        Assert.Null(keys.Find("../" + key.Id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("c2hvcnQ=")]
    [InlineData("not base64")]
    public void A_master_key_that_is_none_is_refused(string text) => Assert.Throws<InvalidOperationException>(() => MasterKey.Parse(text));

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
