using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;

namespace Sovereignty.AppHost.Tests;

public sealed class LocalAuthorityTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sov-test-");
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public void The_gateways_certificate_is_valid_under_the_authority(string host)
    {
        var files = LocalAuthority.Ensure(_folder.FullName, _time);
        using var server = X509Certificate2.CreateFromPemFile(files.Server, files.ServerKey);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(files.Bundle);

        Assert.True(chain.Build(server), string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation)));
        Assert.True(server.MatchesHostname(host));
        Assert.False(server.MatchesHostname("example.org"));
    }

    [Fact]
    public void The_key_is_its_owners_alone()
    {
        var files = LocalAuthority.Ensure(_folder.FullName, _time);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(files.ServerKey));
        Assert.DoesNotContain(_folder.GetFiles(), file => file.Name.StartsWith("ca", StringComparison.Ordinal) && file.Extension == ".key");
    }

    [Fact]
    public void A_certificate_is_kept_until_it_nears_its_end()
    {
        var first = File.ReadAllText(LocalAuthority.Ensure(_folder.FullName, _time).Authority);
        Assert.Equal(first, File.ReadAllText(LocalAuthority.Ensure(_folder.FullName, _time).Authority));

        _time.Advance(TimeSpan.FromDays(2 * 365 - 10));

        Assert.NotEqual(first, File.ReadAllText(LocalAuthority.Ensure(_folder.FullName, _time).Authority));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
