using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using Sovereignty.AuditService.Keys;

namespace Sovereignty.AuditService.Tests;

public sealed class KeyStoreTests : IDisposable
{
    private static readonly MasterKey Master = MasterKey.Parse(Convert.ToBase64String(SHA256.HashData("master"u8)));

    private readonly FakeTimeProvider _time = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("sov-audit-keystore").FullName;

    [Fact]
    public void A_subject_has_one_key_that_survives_a_restart()
    {
        var key = new KeyStore(_folder, Master, _time).ForSubject("acme", "https://issuer", "jane");
        var again = new KeyStore(_folder, Master, _time).ForSubject("acme", "https://issuer", "jane");
        Assert.Equal(key.Secret, again.Secret);
        Assert.Equal(key.Secret, new KeyStore(_folder, Master, _time).Find(key.Id));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Tenants_subjects_and_issuers_have_keys_of_their_own()
    {
        var keys = new KeyStore(_folder, Master, _time);
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
        var secrets = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Convert.ToHexString(new KeyStore(_folder, Master, _time).General("acme").Secret))));
        Assert.Single(secrets.Distinct());
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void The_file_holds_neither_the_key_nor_the_name_and_opens_only_with_its_master_key()
    {
        var key = new KeyStore(_folder, Master, _time).ForSubject("acme", "i", "jane");
        var file = Directory.GetFiles(_folder).Single();
        Assert.DoesNotContain(Convert.ToHexString(key.Secret), Convert.ToHexString(File.ReadAllBytes(file)));
        Assert.Equal(key.Id, Path.GetFileName(file));
        var other = MasterKey.Parse(Convert.ToBase64String(SHA256.HashData("other"u8)));
        Assert.Throws<InvalidDataException>(() => new KeyStore(_folder, other, _time).Find(key.Id));
        var bytes = File.ReadAllBytes(file);
        bytes[20] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Throws<InvalidDataException>(() => new KeyStore(_folder, Master, _time).Find(key.Id));
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
        var key = new KeyStore(_folder, Master, _time).General("acme");
        var file = Path.Combine(_folder, key.Id);
        var good = File.ReadAllBytes(file);
        var keys = new KeyStore(_folder, Master, _time);
        File.WriteAllBytes(file, [1, 2, 3]);
        Assert.Throws<InvalidDataException>(() => keys.General("acme"));
        File.WriteAllBytes(file, good);
        Assert.Equal(key.Secret, keys.General("acme").Secret);
    }

    [Fact]
    public void A_destroyed_key_is_not_found_even_by_who_used_it()
    {
        var keys = new KeyStore(_folder, Master, _time);
        var key = keys.General("acme");
        File.Delete(Path.Combine(_folder, key.Id));
        Assert.Null(keys.Find(key.Id));
        Assert.Null(keys.Find("../" + key.Id));
    }

    [Fact]
    public void Who_acts_after_their_key_was_destroyed_has_a_new_one_and_the_old_id_stays_empty()
    {
        var keys = new KeyStore(_folder, Master, _time);
        var first = keys.ForSubject("acme", "i", "jane");
        keys.Destroy(first.Id);
        Assert.Empty(File.ReadAllBytes(Path.Combine(_folder, first.Id)));
        var second = keys.ForSubject("acme", "i", "jane");
        keys.Destroy(second.Id);
        var third = keys.ForSubject("acme", "i", "jane");

        foreach (var store in new[] { keys, new KeyStore(_folder, Master, _time) })
        {
            Assert.Equal(third.Id, store.ForSubject("acme", "i", "jane").Id);
            Assert.Equal((null, null), (store.Find(first.Id), store.Find(second.Id)));
            Assert.Equal(third.Secret, store.Find(third.Id));
        }

        Assert.Equal(3, new[] { first, second, third }.Select(key => key.Id).Distinct().Count());
        Assert.Equal(3, Directory.GetFiles(_folder).Length);
        Assert.Throws<ArgumentException>(() => keys.Destroy("../" + first.Id));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_key_that_somebody_else_destroyed_seals_nothing_a_second_later(bool tombstone)
    {
        var keys = new KeyStore(_folder, Master, _time);
        var before = (Jane: keys.ForSubject("acme", "i", "jane"), General: keys.General("acme"), John: keys.ForSubject("acme", "i", "john"));
        foreach (var destroyed in new[] { before.Jane.Id, before.General.Id })
        {
            File.Delete(Path.Combine(_folder, destroyed));
            if (tombstone)
            {
                new KeyStore(_folder, Master, _time).Destroy(destroyed);
            }
        }

        _time.Advance(TimeSpan.FromSeconds(1));

        var after = (Jane: keys.ForSubject("acme", "i", "jane"), General: keys.General("acme"), John: keys.ForSubject("acme", "i", "john"));
        Assert.NotEqual(before.Jane.Id, after.Jane.Id);
        Assert.NotEqual(before.General.Id, after.General.Id);
        Assert.Same(before.John, after.John);
        var restarted = new KeyStore(_folder, Master, _time);
        Assert.Equal((after.Jane.Id, after.General.Id), (restarted.ForSubject("acme", "i", "jane").Id, restarted.General("acme").Id));
        Assert.Equal((null, null), (restarted.Find(before.Jane.Id), restarted.Find(before.General.Id)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("c2hvcnQ=")]
    [InlineData("not base64")]
    public void A_master_key_that_is_none_is_refused(string text) => Assert.Throws<InvalidOperationException>(() => MasterKey.Parse(text));

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
