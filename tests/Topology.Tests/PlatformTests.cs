using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Messaging;

namespace Sovereignty.Topology.Tests;

public sealed class PlatformTests
{
    // Said by what all services share, see MessageEndpoints.
    private const string SharedArea = "Operations";

    public static TheoryData<string, Type> Services => new()
    {
        { "access-service", typeof(AccessService.Messages) },
        { "audit-service", typeof(AuditService.Messages) },
        { "policy-service", typeof(PolicyService.Messages) },
        { "region-service", typeof(RegionService.Messages) },
    };

    [Fact]
    public void Every_message_is_said_and_everything_heard_is_said_by_somebody() =>
        Assert.Empty(Platform.Real.Faults(Contract.All));

    [Fact]
    public void A_service_that_is_gone_leaves_messages_that_nobody_says_and_commands_that_nobody_carries_out()
    {
        var without = Platform.Real with { Services = [.. Platform.Real.Services.Where(service => service.Service != "region-service")] };
        var faults = without.Faults(Contract.All).ToList();
        Assert.Contains($"{nameof(RegionUpdated)} is neither published nor sent by anyone.", faults);
        Assert.Contains($"policy-service hears {nameof(RegionUpdated)}, which nobody publishes.", faults);
        Assert.Contains($"{nameof(RequestRegionSnapshot)} is a command that nobody carries out.", faults);
        Assert.Contains($"policy-service sends {nameof(RequestRegionSnapshot)} to region.snapshot-requests, which does not take it.", faults);
    }

    [Fact]
    public void A_message_under_another_flag_and_a_message_without_the_right_are_faults()
    {
        var strange = Platform.Real with
        {
            Services = [.. Platform.Real.Services.Select(service => service.Service != "region-service" ? service : service with
            {
                Publishes = [.. service.Publishes, typeof(DataAdmitted)],
                Hears = [new("region.strange", [typeof(DataAdmitted)], [], "audit-service")],
            })],
        };
        var faults = strange.Faults(Contract.All).ToList();
        Assert.Contains("region-service takes DataAdmitted only from audit-service, who does not publish it.", faults);
        Assert.Contains("region-service publishes to Sovereignty.Contracts.Data:DataAdmitted, and its broker user may not.", faults);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_registers_what_its_code_says_and_nothing_else(string name, Type registered)
    {
        var service = Platform.Real.Services.Single(service => service.Service == name);
        var said = service.Publishes.Concat(service.Sends.Select(sent => sent.Command)).Where(type => !type.Namespace!.EndsWith(SharedArea, StringComparison.Ordinal));
        Assert.Equal(said.Select(type => type.FullName).Order(), CodeOf(registered.Assembly).SelectMany(Constructed).Distinct().Order());
    }

    /// <summary>The service and the decisions it calls.</summary>
    private static IEnumerable<string> CodeOf(Assembly service) =>
    [
        service.Location,
        .. service.GetReferencedAssemblies().Where(reference => reference.Name == "Sovereignty.Evaluation").Select(reference => Assembly.Load(reference).Location),
    ];

    /// <summary>The contracts of which the code makes instances.</summary>
    private static HashSet<string> Constructed(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        var contracts = Contract.All.Select(contract => contract.Type.FullName!).ToHashSet();
        return
        [
            .. metadata.MemberReferences
                .Select(metadata.GetMemberReference)
                .Where(member => metadata.GetString(member.Name) == ".ctor" && member.Parent.Kind == HandleKind.TypeReference)
                .Select(member => metadata.GetTypeReference((TypeReferenceHandle)member.Parent))
                .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}")
                .Where(contracts.Contains),
        ];
    }
}
