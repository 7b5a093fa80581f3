using Sovereignty.AppHost;

var builder = DistributedApplication.CreateBuilder(args);
var state = StateFolder.Open();

var broker = builder.AddBroker(state);
var server = builder.AddDatabaseServer(state);
var regionData = server.AddDatabase("region");
var policyData = server.AddDatabase("policy");
var accessData = server.AddDatabase("access");
var auditAppend = server.AddDatabase("audit", role: "audit_append");
var auditRead = server.AddDatabase("audit", role: "audit_read");

// The migrations also declare exchanges and queues: the services have no right to.
var topology = broker.User("topology");

var regionMigrations = builder.AddProject<Projects.RegionService>("region-service-migrations")
    .WithArgs("migrate")
    .WithReference(server.Administrator, "admin").WithReference(regionData, "database")
    .WithReference(topology, "topology")
    .WaitFor(server.Server).WaitFor(broker.Server);

var policyMigrations = builder.AddProject<Projects.PolicyService>("policy-service-migrations")
    .WithArgs("migrate")
    .WithReference(server.Administrator, "admin").WithReference(policyData, "database")
    .WithReference(topology, "topology")
    .WaitFor(server.Server).WaitFor(broker.Server);

var accessMigrations = builder.AddProject<Projects.AccessService>("access-service-migrations")
    .WithArgs("migrate")
    .WithReference(server.Administrator, "admin").WithReference(accessData, "database")
    .WithReference(topology, "topology")
    .WithEnvironment("NOTIFY__MASTERKEY", state.Secret("webhook-master-key"))
    .WaitFor(server.Server).WaitFor(broker.Server);

var auditMigrations = builder.AddProject<Projects.AuditService>("audit-service-migrations")
    .WithArgs("migrate")
    .WithReference(server.Administrator, "admin")
    .WithReference(auditAppend, "database").WithReference(auditRead, "database-read")
    .WithReference(topology, "topology")
    .WaitFor(server.Server).WaitFor(broker.Server);

const string AuditOrigin = "sovereignty.local/audit-log";
var auditKey = state.Seed("audit-signing.seed");
var witnesses = builder.AddWitnesses(state, AuditOrigin, auditKey);

var audit = builder.AddProject<Projects.AuditService>("audit-service")
    .WithHttpEndpoint(port: state.Port("audit-service"), isProxied: false).WithHttpHealthCheck("/health")
    .WithReference(broker.User("audit-service"), "rabbit")
    .WithReference(auditAppend, "database").WithReference(auditRead, "database-read")
    .WithEnvironment("Audit__Origin", AuditOrigin)
    .WithEnvironment("Audit__KeyFolder", state.Folder("audit-keys"))
    .WithEnvironment("Audit__SigningKeyFile", auditKey)
    .WithEnvironment("Audit__PolicyFile", witnesses.PolicyFile)
    .WithEnvironment("AUDIT__MASTERKEY", state.Secret("audit-master-key"))
    .WaitFor(broker.Server).WaitForCompletion(auditMigrations);

// The queue of the log stands before anyone publishes, so that it hears the first event too.
var region = builder.AddProject<Projects.RegionService>("region-service")
    .WithHttpEndpoint(port: state.Port("region-service"), isProxied: false).WithHttpHealthCheck("/health")
    .WithReference(broker.User("region-service"), "rabbit").WithReference(regionData, "database")
    .WaitFor(audit).WaitForCompletion(regionMigrations);

var policy = builder.AddProject<Projects.PolicyService>("policy-service")
    .WithHttpEndpoint(port: state.Port("policy-service"), isProxied: false).WithHttpHealthCheck("/health")
    .WithReference(broker.User("policy-service"), "rabbit").WithReference(policyData, "database")
    .WaitFor(audit).WaitForCompletion(policyMigrations);

var access = builder.AddProject<Projects.AccessService>("access-service")
    .WithHttpEndpoint(port: state.Port("access-service"), isProxied: false).WithHttpHealthCheck("/health")
    .WithReference(broker.User("access-service"), "rabbit").WithReference(accessData, "database")
    .WithEnvironment("NOTIFY__MASTERKEY", state.Secret("webhook-master-key"))
    .WithEnvironment("Notify__AllowPrivateNetworks", "true")
    .WithEnvironment("People__Seed", Path.Combine(AppContext.BaseDirectory, "people.json"))
    .WaitFor(audit).WaitForCompletion(accessMigrations);

var gateway = builder.AddProject<Projects.Gateway>("gateway")
    .WithHttpsEndpoint(port: state.Port("gateway"), isProxied: false).WithHttpHealthCheck("/health")
    .WithExternalHttpEndpoints()
    .WithReference(region).WithReference(policy).WithReference(access).WithReference(audit)
    .WithEnvironment("Kestrel__Certificates__Default__Path", state.Certificates.Server)
    .WithEnvironment("Kestrel__Certificates__Default__KeyPath", state.Certificates.ServerKey)
    .WithEnvironment("Issuer__Password", state.Secret("issuer-password"))
    .WithEnvironment("Issuer__KeyFolder", state.Folder("issuer-keys"))
    .WithEnvironment("Proofs__KeyFolder", state.Folder("proof-keys"));

var issuer = gateway.GetEndpoint("https");
gateway.WithEnvironment("Issuer__Url", issuer);

foreach (var service in new[] { region, policy, access, audit, gateway })
{
    service
        .WithEnvironment("Authentication__Authority", issuer)
        .WithEnvironment("Authentication__Audience", "sovereignty");
}

foreach (var project in new[] { regionMigrations, policyMigrations, accessMigrations, auditMigrations, region, policy, access, audit, gateway })
{
    project
        .WithEnvironment("ASPNETCORE_ENVIRONMENT", "Development")
        .WithEnvironment("DOTNET_ENVIRONMENT", "Development")
        .WithEnvironment("MASSTRANSIT_USAGE_TELEMETRY", "false")
        .WithEnvironment("SSL_CERT_FILE", state.Certificates.Bundle);
}

foreach (var service in new[] { region, policy, access, audit })
{
    service.WithReference(gateway).WithEnvironment("Messaging__TopologyIsDeployed", "true");
}

policy.WithReference(region);
access.WithReference(policy);

builder.Build().Run();
