using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Policy;

namespace Sovereignty.AppHost;

/// <summary>
/// The witnesses of the audit log, one for each jurisdiction, and the policy that asks for two of the three. In production
/// each runs where its jurisdiction wants it, with a key that nobody else ever sees; here they are parts of this checkout.
/// </summary>
internal sealed class Witnesses
{
    private static readonly string[] Jurisdictions = ["operator", "customer", "regulator"];

    public Witnesses(IDistributedApplicationBuilder builder, StateFolder state, string origin, string logKeyFile)
    {
        using var log = new NoteSigner(origin, PrivateKeyFile.Open(logKeyFile));
        var witnesses = new List<PolicyWitness>();
        foreach (var jurisdiction in Jurisdictions)
        {
            var part = $"witness-{jurisdiction}";
            var name = $"sovereignty.local/{part}";
            var folder = state.Folder("witnesses", jurisdiction);
            var keyFile = Path.Combine(folder, "key");
            using var signer = new CosignatureSigner(name, PrivateKeyFile.Open(keyFile), TimeProvider.System);
            witnesses.Add(new PolicyWitness(part, signer.Verifier, $"http://127.0.0.1:{state.Port(part)}"));
            Parts.Add(builder.AddProject<Projects.Witness>(part)
                .WithHttpEndpoint(port: state.Port(part), isProxied: false).WithHttpHealthCheck("/health")
                .WithEnvironment("Witness__Name", name)
                .WithEnvironment("Witness__Jurisdiction", jurisdiction)
                .WithEnvironment("Witness__KeyFile", keyFile)
                .WithEnvironment("Witness__StateFolder", Path.Combine(folder, "state"))
                .WithEnvironment("Witness__Logs__0", log.Verifier.ToString()));
        }

        var groups = Jurisdictions.Select((jurisdiction, i) => new PolicyGroup(jurisdiction, 1, [witnesses[i].Name])).ToList();
        PolicyFile = state.File("audit-policy");
        StateFolder.WriteSecret(PolicyFile, new TlogPolicy([new(log.Verifier)], witnesses, [.. groups, new("jurisdictions", 2, Jurisdictions)], "jurisdictions").ToString());
    }

    public List<IResourceBuilder<ProjectResource>> Parts { get; } = [];

    /// <summary>Written at each start, since the addresses of local parts may change.</summary>
    public string PolicyFile { get; }
}
