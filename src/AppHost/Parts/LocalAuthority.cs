using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sovereignty.AppHost;

/// <summary>A certificate authority of this checkout alone, and the gateway's certificate signed by it.</summary>
internal sealed record LocalAuthority(string Authority, string Server, string ServerKey, string Bundle)
{
    private static readonly string[] SystemRoots =
        ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

    public static LocalAuthority Ensure(string folder, TimeProvider time)
    {
        var files = new LocalAuthority(
            Path.Combine(folder, "ca.pem"), Path.Combine(folder, "gateway.pem"),
            Path.Combine(folder, "gateway.key"), Path.Combine(folder, "bundle.pem"));
        if (!files.IsUsable(time.GetUtcNow()))
        {
            files.Create(time.GetUtcNow());
        }

        return files;
    }

    private bool IsUsable(DateTimeOffset now)
    {
        if (!File.Exists(Bundle) || !File.Exists(ServerKey) || !File.Exists(Server) || !File.Exists(Authority))
        {
            return false;
        }

        using var server = X509CertificateLoader.LoadCertificateFromFile(Server);
        return server.NotAfter.ToUniversalTime() > now.AddDays(30).UtcDateTime;
    }

    private void Create(DateTimeOffset now)
    {
        var from = now.AddHours(-1);
        var until = now.AddYears(2);

        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest(
            $"CN=Sovereignty local development {RandomNumberGenerator.GetHexString(8, lowercase: true)}", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        authorityRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(authorityRequest.PublicKey, false));
        using var authority = authorityRequest.CreateSelfSigned(from, until);

        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var serverRequest = new CertificateRequest("CN=localhost", serverKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        serverRequest.CertificateExtensions.Add(names.Build());
        serverRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        serverRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        serverRequest.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        serverRequest.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        using var server = serverRequest.Create(authority, from, until, RandomNumberGenerator.GetBytes(16));

        // The authority's key is forgotten here: nothing else can ever be signed with it.
        StateFolder.WriteSecret(ServerKey, serverKey.ExportPkcs8PrivateKeyPem() + "\n");
        File.WriteAllText(Server, server.ExportCertificatePem() + "\n");
        File.WriteAllText(Authority, authority.ExportCertificatePem() + "\n");
        var roots = SystemRoots.FirstOrDefault(File.Exists);
        File.WriteAllText(Bundle, (roots is null ? "" : File.ReadAllText(roots)) + authority.ExportCertificatePem() + "\n");
    }
}
