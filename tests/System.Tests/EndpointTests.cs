using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Sovereignty.Testing;

namespace Sovereignty.SystemTests;

/// <summary>Each endpoint that the platform promises, through the gateway: with the right and a wrong role, with a foreign tenant, with a wrong body.</summary>
[Collection(nameof(PlatformFixture))]
public sealed class EndpointTests(PlatformFixture platform)
{
    private const string Policy = """{"tenantId":"acme","dataType":"{type}","mode":"regional","parameters":{"group":"EU"},"validFrom":"2026-01-01T00:00:00Z"}""";
    private const string Region = """{"code":"{region}","provider":"own","partition":"own","country":"DE","operator":"Us","operatorJurisdictions":["DE"]}""";
    private const string Access = """{"dataId":"{data}","sourceRegion":"eu-central-1","targetRegion":"us-east-1","targetCountry":"US","purpose":"customer-support","actions":["read"],"justification":"Ticket 4711","duration":"PT1H","mechanism":{"kind":"scc","reference":"SCC-1","validUntil":"2099-01-01T00:00:00Z"}}""";
    private const string Data = """{"tenantId":"acme","dataId":"{data}","dataType":"order","classification":"content","primaryRegion":"eu-west-1"}""";
    private const string Fact = """{"id":"no-location-rule-us-ca","kind":"no-location-rule","country":"US-CA","instrument":"CCPA/CPRA","validFrom":"2020-01-01","note":"read again"}""";
    private const string Rule = """{"tenantId":"acme","purpose":"{purpose}","stages":[{"name":"Approval","roles":["approver"],"quorum":1}]}""";
    private const string Standing = """{"displayName":"Somebody","roles":["approver"],"jurisdictions":["DE"],"active":true}""";
    private const string Validation = """{"requestId":"00000000-0000-0000-0000-000000000000","attempt":1,"tenantId":"acme","dataId":"{data}","sourceRegion":"eu-central-1","targetRegion":"us-east-1","targetCountry":"US","purpose":"customer-support","start":"2099-01-01T00:00:00Z","duration":"PT1H"}""";
    private const string Extension = """{"requestId":"{request}","duration":"PT1H","justification":"It takes longer"}""";
    private const string Decision = """{"requestId":"{request}","reason":"fits"}""";

    private static readonly Call[] Calls =
    [
        new("GET /regions", Case.RightRole, "requester", "GET", "/regions", null, 200),
        new("GET /regions", Case.WrongRole, null, "GET", "/regions", null, 401, "token-missing"),
        new("GET /regions", Case.ForeignTenant, "requester-globex", "GET", "/regions", null, 200),
        new("GET /regions", Case.WrongBody, "requester", "GET", "/regions?limit=0", null, 400, "request-invalid"),

        new("POST /regions", Case.RightRole, "region-admin", "POST", "/regions", Region, 201),
        new("POST /regions", Case.WrongRole, "policy-admin", "POST", "/regions", Region, 403, "role-missing"),
        new("POST /regions", Case.ForeignTenant, "compliance-globex", "POST", "/regions", Region, 403, "role-missing"),
        new("POST /regions", Case.WrongBody, "region-admin", "POST", "/regions", """{"code":"x"}""", 400, "body-invalid"),

        new("GET /regions/{id}", Case.RightRole, "requester", "GET", "/regions/eu-central-1", null, 200),
        new("GET /regions/{id}", Case.WrongRole, null, "GET", "/regions/eu-central-1", null, 401, "token-missing"),
        new("GET /regions/{id}", Case.ForeignTenant, "requester-globex", "GET", "/regions/eu-central-1", null, 200),
        new("GET /regions/{id}", Case.WrongBody, "requester", "GET", "/regions/eu-mars-1", null, 404, "not-found"),

        new("PUT /regions/{id}", Case.RightRole, "region-admin", "PUT", "/regions/{newRegion}", """{"operator":"Us too","operatorJurisdictions":["DE"]}""", 200, IfMatch: "*"),
        new("PUT /regions/{id}", Case.WrongRole, "operator", "PUT", "/regions/{newRegion}", """{"operator":"x"}""", 403, "role-missing", IfMatch: "*"),
        new("PUT /regions/{id}", Case.ForeignTenant, "compliance-globex", "PUT", "/regions/{newRegion}", """{"operator":"x"}""", 403, "role-missing", IfMatch: "*"),
        new("PUT /regions/{id}", Case.WrongBody, "region-admin", "PUT", "/regions/{newRegion}", """{"state":"asleep"}""", 400, "body-invalid", IfMatch: "*"),

        new("DELETE /regions/{id}", Case.WrongRole, "policy-admin", "DELETE", "/regions/{newRegion}", null, 403, "role-missing", IfMatch: "*"),
        new("DELETE /regions/{id}", Case.ForeignTenant, "compliance-globex", "DELETE", "/regions/{newRegion}", null, 403, "role-missing", IfMatch: "*"),
        new("DELETE /regions/{id}", Case.WrongBody, "region-admin", "DELETE", "/regions/{newRegion}", null, 428, "if-match-missing"),
        new("DELETE /regions/{id}", Case.RightRole, "region-admin", "DELETE", "/regions/{newRegion}", null, 200, IfMatch: "*"),

        new("GET /residency/policies", Case.RightRole, "compliance-officer", "GET", "/residency/policies", null, 200),
        new("GET /residency/policies", Case.WrongRole, null, "GET", "/residency/policies", null, 401, "token-missing"),
        new("GET /residency/policies", Case.ForeignTenant, "compliance-globex", "GET", "/residency/policies?tenantId=acme&limit=500", null, 200, MustNotContain: "{policy}"),
        new("GET /residency/policies", Case.WrongBody, "compliance-officer", "GET", "/residency/policies?cursor=nonsense", null, 400, null),

        new("POST /residency/policies", Case.RightRole, "policy-admin", "POST", "/residency/policies", Policy, 201),
        new("POST /residency/policies", Case.WrongRole, "requester", "POST", "/residency/policies", Policy, 403, "role-missing"),
        new("POST /residency/policies", Case.ForeignTenant, "compliance-globex", "POST", "/residency/policies", Policy, 404, null),
        new("POST /residency/policies", Case.WrongBody, "policy-admin", "POST", "/residency/policies", """{"mode":"regional","parameters":{},"validFrom":"2026-01-01T00:00:00Z"}""", 422, "parameters-invalid"),

        new("GET /residency/policies/{id}", Case.RightRole, "compliance-officer", "GET", "/residency/policies/{policy}", null, 200),
        new("GET /residency/policies/{id}", Case.WrongRole, null, "GET", "/residency/policies/{policy}", null, 401, "token-missing"),
        new("GET /residency/policies/{id}", Case.ForeignTenant, "compliance-globex", "GET", "/residency/policies/{policy}", null, 404, "not-found"),
        new("GET /residency/policies/{id}", Case.WrongBody, "compliance-officer", "GET", "/residency/policies/00000000-0000-0000-0000-000000000001", null, 404, "not-found"),

        new("PUT /residency/policies/{id}", Case.RightRole, "policy-admin", "PUT", "/residency/policies/{policy}", """{"tenantId":"acme","dataType":"{policyType}","mode":"single-country","parameters":{"country":"DE"},"validFrom":"2026-01-01T00:00:00Z"}""", 200, IfMatch: "*"),
        new("PUT /residency/policies/{id}", Case.WrongRole, "requester", "PUT", "/residency/policies/{policy}", Policy, 403, "role-missing", IfMatch: "*"),
        new("PUT /residency/policies/{id}", Case.ForeignTenant, "compliance-globex", "PUT", "/residency/policies/{policy}", Policy, 404, "not-found", IfMatch: "*"),
        new("PUT /residency/policies/{id}", Case.WrongBody, "policy-admin", "PUT", "/residency/policies/{policy}", "[]", 400, "body-invalid", IfMatch: "*"),

        new("POST /residency/policies/check", Case.RightRole, "policy-admin", "POST", "/residency/policies/check", Policy, 200),
        new("POST /residency/policies/check", Case.WrongRole, "requester", "POST", "/residency/policies/check", Policy, 403, "role-missing"),
        new("POST /residency/policies/check", Case.ForeignTenant, "compliance-globex", "POST", "/residency/policies/check", Policy, 404, null),
        new("POST /residency/policies/check", Case.WrongBody, "policy-admin", "POST", "/residency/policies/check", """{"tenantId":"acme","mode":"single-country","parameters":{"country":"AQ"},"validFrom":"2026-01-01T00:00:00Z"}""", 422, "policy-impossible"),

        new("GET /residency/policies/{id}/versions", Case.RightRole, "compliance-officer", "GET", "/residency/policies/{policy}/versions", null, 200),
        new("GET /residency/policies/{id}/versions", Case.WrongRole, null, "GET", "/residency/policies/{policy}/versions", null, 401, "token-missing"),
        new("GET /residency/policies/{id}/versions", Case.ForeignTenant, "compliance-globex", "GET", "/residency/policies/{policy}/versions", null, 404, "not-found"),
        new("GET /residency/policies/{id}/versions", Case.WrongBody, "compliance-officer", "GET", "/residency/policies/{policy}/versions?limit=0", null, 400, "request-invalid"),

        new("POST /residency/evaluate", Case.RightRole, "requester", "POST", "/residency/evaluate?explain=true", Data, 200, MustContain: "\"reasoning\""),
        new("POST /residency/evaluate", Case.WrongRole, null, "POST", "/residency/evaluate", Data, 401, "token-missing"),
        new("POST /residency/evaluate", Case.ForeignTenant, "requester-globex", "POST", "/residency/evaluate", Data, 404, "not-found"),
        new("POST /residency/evaluate", Case.WrongBody, "requester", "POST", "/residency/evaluate", """[{"tenantId":"acme"}]""", 400, "body-invalid"),

        new("GET /residency/facts", Case.RightRole, "requester", "GET", "/residency/facts?limit=500", null, 200, MustContain: "transfer-eea"),
        new("GET /residency/facts", Case.WrongRole, null, "GET", "/residency/facts", null, 401, "token-missing"),
        new("GET /residency/facts", Case.ForeignTenant, "requester-globex", "GET", "/residency/facts", null, 200),
        new("GET /residency/facts", Case.WrongBody, "requester", "GET", "/residency/facts?limit=x", null, 400, "request-invalid"),

        new("PUT /residency/facts/{id}", Case.RightRole, "policy-admin", "PUT", "/residency/facts/no-location-rule-us-ca", Fact, 200, IfMatch: "*"),
        new("PUT /residency/facts/{id}", Case.WrongRole, "compliance-officer", "PUT", "/residency/facts/no-location-rule-us-ca", Fact, 403, "role-missing", IfMatch: "*"),
        new("PUT /residency/facts/{id}", Case.ForeignTenant, "compliance-globex", "PUT", "/residency/facts/no-location-rule-us-ca", Fact, 403, "role-missing", IfMatch: "*"),
        new("PUT /residency/facts/{id}", Case.WrongBody, "policy-admin", "PUT", "/residency/facts/no-location-rule-us-ca", """{"id":"no-location-rule-us-ca","kind":"guess","instrument":"x"}""", 422, "fact-invalid", IfMatch: "*"),

        new("GET /residency/rules", Case.RightRole, "compliance-officer", "GET", "/residency/rules", null, 200),
        new("GET /residency/rules", Case.WrongRole, null, "GET", "/residency/rules", null, 401, "token-missing"),
        new("GET /residency/rules", Case.ForeignTenant, "compliance-globex", "GET", "/residency/rules?tenantId=acme", null, 404, "not-found"),
        new("GET /residency/rules", Case.WrongBody, "compliance-officer", "GET", "/residency/rules/secret", null, 404, "not-found"),

        new("PUT /residency/rules/{level}/retention", Case.RightRole, "compliance-globex", "PUT", "/residency/rules/content/retention", """{"least":"P1Y","most":"P2Y"}""", 200, IfMatch: "*"),
        new("PUT /residency/rules/{level}/retention", Case.WrongRole, "requester", "PUT", "/residency/rules/content/retention", """{"least":"P1Y"}""", 403, "role-missing", IfMatch: "*"),
        new("PUT /residency/rules/{level}/retention", Case.ForeignTenant, "compliance-globex", "PUT", "/residency/rules/content/retention", """{"tenantId":"acme","least":"P1Y"}""", 404, "not-found", IfMatch: "*"),
        new("PUT /residency/rules/{level}/retention", Case.WrongBody, "compliance-globex", "PUT", "/residency/rules/content/retention", """{"least":"P3Y","most":"P2Y"}""", 422, "retention-invalid", IfMatch: "*"),

        new("POST /residency/simulations", Case.RightRole, "compliance-officer", "POST", "/residency/simulations", """{"scenario":{"name":"uk-adequacy-lapses"}}""", 200),
        new("POST /residency/simulations", Case.WrongRole, "requester", "POST", "/residency/simulations", """{"scenario":{"name":"uk-adequacy-lapses"}}""", 403, "role-missing"),
        new("POST /residency/simulations", Case.ForeignTenant, "compliance-globex", "POST", "/residency/simulations", """{"policies":{"publish":[{"tenantId":"acme","mode":"regional","parameters":{"group":"EU"},"validFrom":"2026-01-01T00:00:00Z"}]}}""", 404, "not-found"),
        new("POST /residency/simulations", Case.WrongBody, "compliance-officer", "POST", "/residency/simulations", """{"scenario":{"name":"doomsday"}}""", 422, null),

        new("GET /residency/violations", Case.RightRole, "compliance-officer", "GET", "/residency/violations?state=open", null, 200),
        new("GET /residency/violations", Case.WrongRole, "requester", "GET", "/residency/violations", null, 403, "role-missing"),
        new("GET /residency/violations", Case.ForeignTenant, "compliance-globex", "GET", "/residency/violations?limit=500", null, 200, MustNotContain: "\"acme\""),
        new("GET /residency/violations", Case.WrongBody, "compliance-officer", "GET", "/residency/violations?state=asleep", null, 422, "input-invalid"),
        new("GET /residency/violations/upcoming", Case.RightRole, "dpo-de", "GET", "/residency/violations/upcoming?within=P30D", null, 200),

        new("DELETE /residency/policies/{id}", Case.WrongRole, "requester", "DELETE", "/residency/policies/{policy}", null, 403, "role-missing", IfMatch: "*"),
        new("DELETE /residency/policies/{id}", Case.ForeignTenant, "compliance-globex", "DELETE", "/residency/policies/{policy}", null, 404, "not-found", IfMatch: "*"),
        new("DELETE /residency/policies/{id}", Case.WrongBody, "policy-admin", "DELETE", "/residency/policies/{policy}", null, 428, "if-match-missing"),
        new("DELETE /residency/policies/{id}", Case.RightRole, "policy-admin", "DELETE", "/residency/policies/{policy}", null, 204, IfMatch: "*"),

        new("POST /data/classify", Case.RightRole, "platform-service", "POST", "/data/classify", """{"dataId":"{data}","dataType":"customer-profile","classification":"identity"}""", 200),
        new("POST /data/classify", Case.WrongRole, "requester", "POST", "/data/classify", """{"dataId":"{data}","dataType":"customer-profile","classification":"identity"}""", 403, "role-missing"),
        new("POST /data/classify", Case.ForeignTenant, "region-admin", "POST", "/data/classify", """{"dataId":"{data}","dataType":"customer-profile","classification":"identity"}""", 403, "role-missing"),
        new("POST /data/classify", Case.WrongBody, "platform-service", "POST", "/data/classify", """{"dataId":"{data}","dataType":"customer-profile","classification":"top"}""", 422, "classification-unknown"),

        new("GET /data/{id}/classification", Case.RightRole, "requester", "GET", "/data/{data}/classification", null, 200),
        new("GET /data/{id}/classification", Case.WrongRole, null, "GET", "/data/{data}/classification", null, 401, "token-missing"),
        new("GET /data/{id}/classification", Case.ForeignTenant, "compliance-globex", "GET", "/data/{data}/classification", null, 404, "not-found"),
        new("GET /data/{id}/classification", Case.WrongBody, "requester", "GET", "/data/nothing-here/classification", null, 404, "not-found"),

        new("POST /access/request", Case.RightRole, "requester", "POST", "/access/request", Access, 201),
        new("POST /access/request", Case.WrongRole, "approver-de", "POST", "/access/request", Access, 403, "role-missing"),
        new("POST /access/request", Case.ForeignTenant, "policy-admin", "POST", "/access/request", Access, 403, "role-missing"),
        new("POST /access/request", Case.WrongBody, "requester", "POST", "/access/request", """{"dataId":"d"}""", 400, "body-invalid"),

        new("GET /access/requests", Case.RightRole, "requester", "GET", "/access/requests", null, 200, MustContain: "{request}"),
        new("GET /access/requests", Case.WrongRole, "approver-fr", "GET", "/access/requests", null, 200, MustNotContain: "{request}"),
        new("GET /access/requests", Case.ForeignTenant, "compliance-globex", "GET", "/access/requests", null, 200, MustNotContain: "{request}"),
        new("GET /access/requests", Case.WrongBody, "requester", "GET", "/access/requests?state=asleep", null, 422, "state-unknown"),

        new("GET /access/requests/{id}", Case.RightRole, "approver-de", "GET", "/access/requests/{request}", null, 200),
        new("GET /access/requests/{id}", Case.WrongRole, "approver-fr", "GET", "/access/requests/{request}", null, 404, "not-found"),
        new("GET /access/requests/{id}", Case.ForeignTenant, "compliance-globex", "GET", "/access/requests/{request}", null, 404, "not-found"),
        new("GET /access/requests/{id}", Case.WrongBody, "approver-de", "GET", "/access/requests/nonsense", null, 404, null),

        new("GET /access/inbox", Case.RightRole, "approver-de", "GET", "/access/inbox", null, 200, MustContain: "{request}"),
        new("GET /access/inbox", Case.WrongRole, "requester", "GET", "/access/inbox", null, 403, "role-missing"),
        new("GET /access/inbox", Case.ForeignTenant, "approver-fr", "GET", "/access/inbox", null, 200, MustNotContain: "{request}"),
        new("GET /access/inbox", Case.WrongBody, "approver-de", "GET", "/access/inbox?limit=1000", null, 400, null),

        new("POST /access/approve", Case.WrongRole, "requester", "POST", "/access/approve", Decision, 403, "role-missing"),
        new("POST /access/approve", Case.WrongRole, "approver-fr", "POST", "/access/approve", Decision, 403, "wrong-jurisdiction"),
        new("POST /access/approve", Case.ForeignTenant, "compliance-globex", "POST", "/access/approve", Decision, 403, "role-missing"),
        new("POST /access/approve", Case.WrongBody, "approver-de", "POST", "/access/approve", """{"requestId":"{request}"}""", 400, "body-invalid"),
        new("POST /access/approve", Case.WrongBody, "approver-de", "POST", "/access/approve", """{"requestId":"{request}","reason":" "}""", 422, "input-invalid"),
        new("POST /access/approve", Case.WrongBody, "approver-de", "POST", "/access/approve", """{"requestId":"{request}","reason":"yes","duration":"P1Y"}""", 422, "input-invalid"),
        new("POST /access/approve", Case.WrongBody, "approver-de", "POST", "/access/approve", """{"requestId":"{request}","reason":"yes","duration":"P2D"}""", 422, "duration-extended"),
        new("POST /access/approve", Case.RightRole, "approver-de", "POST", "/access/approve", Decision, 200),

        new("GET /access/grants", Case.RightRole, "requester", "GET", "/access/grants", null, 200, MustContain: "{request}"),
        new("GET /access/grants", Case.WrongRole, "approver-fr", "GET", "/access/grants", null, 200, MustNotContain: "{request}"),
        new("GET /access/grants", Case.ForeignTenant, "requester-globex", "GET", "/access/grants", null, 200, MustNotContain: "{request}"),
        new("GET /access/grants", Case.WrongBody, "requester", "GET", "/access/grants?state=asleep", null, 422, "state-unknown"),

        new("POST /access/check", Case.RightRole, "platform-service", "POST", "/access/check", """{"subject":"requester","dataId":"{data}","region":"us-east-1","purpose":"customer-support","action":"read"}""", 200, MustContain: "\"allowed\":true"),
        new("POST /access/check", Case.WrongRole, "approver-de", "POST", "/access/check", """{"subject":"requester","dataId":"{data}","region":"us-east-1","purpose":"customer-support","action":"read"}""", 403, "role-missing"),
        new("POST /access/check", Case.WrongRole, "requester-de", "POST", "/access/check", """{"subject":"requester","dataId":"{data}","region":"us-east-1","purpose":"customer-support","action":"read"}""", 403, "subject-not-yours"),
        new("POST /access/check", Case.ForeignTenant, "compliance-globex", "POST", "/access/check", """{"subject":"requester","dataId":"{data}","region":"us-east-1","purpose":"customer-support","action":"read"}""", 200, MustContain: "not-granted"),
        new("POST /access/check", Case.WrongBody, "platform-service", "POST", "/access/check", """{"subject":"requester"}""", 400, "body-invalid"),

        new("POST /access/use", Case.RightRole, "platform-service", "POST", "/access/use", """{"subject":"requester","dataId":"{data}","region":"us-east-1","purpose":"customer-support","action":"read","records":3}""", 200, MustContain: "\"allowed\":true"),
        new("POST /access/use", Case.WrongRole, "requester", "POST", "/access/use", """{"subject":"requester","dataId":"{data}","region":"us-east-1","purpose":"customer-support","action":"read"}""", 403, "role-missing"),
        new("POST /access/use", Case.ForeignTenant, "compliance-globex", "POST", "/access/use", """{"subject":"requester","dataId":"{data}","region":"us-east-1","purpose":"customer-support","action":"read"}""", 403, "role-missing"),
        new("POST /access/use", Case.WrongBody, "platform-service", "POST", "/access/use", """{"subject":"requester","dataId":"{data}","region":"us-east-1","purpose":"customer-support","action":"read","records":-3}""", 422, "input-invalid"),

        new("POST /access/extend", Case.WrongRole, "approver-de", "POST", "/access/extend", Extension, 403, "role-missing"),
        new("POST /access/extend", Case.WrongRole, "requester-de", "POST", "/access/extend", Extension, 404, "not-found"),
        new("POST /access/extend", Case.ForeignTenant, "requester-globex", "POST", "/access/extend", Extension, 404, "not-found"),
        new("POST /access/extend", Case.WrongBody, "requester", "POST", "/access/extend", "{}", 400, "body-invalid"),
        new("POST /access/extend", Case.WrongBody, "requester", "POST", "/access/extend", """{"requestId":"{request2}","duration":"PT1H","justification":"x"}""", 409, "no-grant"),
        new("POST /access/extend", Case.RightRole, "requester", "POST", "/access/extend", Extension, 201, MustContain: "\"extends\":\"{request}\""),

        new("POST /access/revoke", Case.WrongRole, "requester", "POST", "/access/revoke", Decision, 403, "role-missing"),
        new("POST /access/revoke", Case.ForeignTenant, "compliance-globex", "POST", "/access/revoke", Decision, 404, "not-found"),
        new("POST /access/revoke", Case.WrongBody, "compliance-officer", "POST", "/access/revoke", """{"requestId":"4711","reason":"x"}""", 400, "body-invalid"),
        new("POST /access/revoke", Case.WrongBody, "compliance-officer", "POST", "/access/revoke", """{"requestId":"00000000-0000-0000-0000-000000000001","reason":"x"}""", 404, "not-found"),
        new("POST /access/revoke", Case.RightRole, "compliance-officer", "POST", "/access/revoke", Decision, 200),

        new("POST /access/reject", Case.WrongRole, "requester", "POST", "/access/reject", Decision, 403, "role-missing"),
        new("POST /access/reject", Case.ForeignTenant, "compliance-globex", "POST", "/access/reject", Decision, 403, "role-missing"),
        new("POST /access/reject", Case.WrongBody, "approver-de", "POST", "/access/reject", "{}", 400, "body-invalid"),
        new("POST /access/reject", Case.RightRole, "approver-de", "POST", "/access/reject", """{"requestId":"{request2}","reason":"not needed"}""", 200),

        new("POST /access/withdraw", Case.WrongRole, "approver-de", "POST", "/access/withdraw", Decision, 403, "role-missing"),
        new("POST /access/withdraw", Case.WrongRole, "requester-de", "POST", "/access/withdraw", """{"requestId":"{request3}","reason":"mine?"}""", 404, "not-found"),
        new("POST /access/withdraw", Case.ForeignTenant, "requester-globex", "POST", "/access/withdraw", """{"requestId":"{request3}","reason":"mine?"}""", 404, "not-found"),
        new("POST /access/withdraw", Case.WrongBody, "requester", "POST", "/access/withdraw", "null", 400, null),
        new("POST /access/withdraw", Case.RightRole, "requester", "POST", "/access/withdraw", """{"requestId":"{request3}","reason":"solved"}""", 200),

        new("POST /access/give-back", Case.WrongRole, "approver-de", "POST", "/access/give-back", Decision, 403, "role-missing"),
        new("POST /access/give-back", Case.ForeignTenant, "requester-globex", "POST", "/access/give-back", Decision, 404, "not-found"),
        new("POST /access/give-back", Case.WrongBody, "requester", "POST", "/access/give-back", "{", 400, "body-invalid"),
        new("POST /access/give-back", Case.RightRole, "requester", "POST", "/access/give-back", """{"requestId":"{request3}","reason":"done"}""", 409, "already-decided"),

        new("POST /access/decision-proof", Case.RightRole, "approver-de", "POST", "/access/decision-proof", """{"requestId":"{request}","decision":"approve"}""", 200),
        new("POST /access/decision-proof", Case.WrongRole, "requester", "POST", "/access/decision-proof", """{"requestId":"{request}","decision":"approve"}""", 403, "role-missing"),
        new("POST /access/decision-proof", Case.ForeignTenant, "compliance-globex", "POST", "/access/decision-proof", """{"requestId":"{request}","decision":"approve"}""", 403, "role-missing"),
        new("POST /access/decision-proof", Case.WrongBody, "approver-de", "POST", "/access/decision-proof", """{"requestId":"{request}","decision":"perhaps"}""", 400, "body-invalid"),

        new("GET /access/audit", Case.RightRole, "compliance-officer", "GET", "/access/audit?limit=5", null, 200),
        new("GET /access/audit", Case.WrongRole, "approver-de", "GET", "/access/audit", null, 403, "role-missing"),
        new("GET /access/audit", Case.ForeignTenant, "compliance-globex", "GET", "/access/audit?dataId={data}", null, 200, MustNotContain: "{data}\""),
        new("GET /access/audit", Case.WrongBody, "compliance-officer", "GET", "/access/audit?from=yesterday", null, 400, null),

        new("GET /access/audit/entries", Case.RightRole, "operator", "GET", "/access/audit/entries?index={platformEntry}", null, 200, MustContain: "entry"),
        new("GET /access/audit/entries", Case.WrongRole, "requester", "GET", "/access/audit/entries?index=0", null, 403, "role-missing"),
        new("GET /access/audit/entries", Case.ForeignTenant, "compliance-globex", "GET", "/access/audit/entries?index={tenantEntry}", null, 404, "not-found"),
        new("GET /access/audit/entries", Case.WrongBody, "compliance-officer", "GET", "/access/audit/entries?index=-1", null, 400, "index-invalid"),

        new("GET /access/audit/report", Case.RightRole, "compliance-officer", "GET", "/access/audit/report?dataId={data}", null, 200, MustContain: "approvalRate"),
        new("GET /access/audit/report", Case.WrongRole, "requester", "GET", "/access/audit/report", null, 403, "role-missing"),
        new("GET /access/audit/report", Case.ForeignTenant, "compliance-globex", "GET", "/access/audit/report?dataId={data}", null, 200, MustContain: "\"requests\":0"),
        new("GET /access/audit/report", Case.WrongBody, "compliance-officer", "GET", "/access/audit/report?format=pdf", null, 400, "format-unknown"),

        new("POST /access/audit/reports", Case.RightRole, "compliance-officer", "POST", "/access/audit/reports?dataId={data}", null, 200, MustContain: "findings"),
        new("POST /access/audit/reports", Case.WrongRole, "requester", "POST", "/access/audit/reports", null, 403, "role-missing"),
        new("POST /access/audit/reports", Case.ForeignTenant, "compliance-globex", "POST", "/access/audit/reports?tenant=acme", null, 403, "tenant-forbidden"),
        new("POST /access/audit/reports", Case.WrongBody, "compliance-officer", "POST", "/access/audit/reports?format=csv", null, 400, "filter-unknown"),

        new("GET /access/purposes", Case.RightRole, "requester", "GET", "/access/purposes", null, 200, MustContain: "customer-support"),
        new("GET /access/purposes", Case.WrongRole, null, "GET", "/access/purposes", null, 401, "token-missing"),
        new("GET /access/purposes", Case.ForeignTenant, "requester-globex", "GET", "/access/purposes?limit=500", null, 200, MustNotContain: "{rulePurpose}"),
        new("GET /access/purposes", Case.WrongBody, "requester", "GET", "/access/purposes?limit=0", null, 400, "request-invalid"),

        new("POST /access/preview", Case.RightRole, "requester", "POST", "/access/preview", Access, 200, MustContain: "\"outcome\":\"needs-approval\""),
        new("POST /access/preview", Case.RightRole, "requester", "POST", "/access/preview", Access, 200, MustContain: "approver-de-2"),
        new("POST /access/preview", Case.WrongRole, "approver-de", "POST", "/access/preview", Access, 403, "role-missing"),
        new("POST /access/preview", Case.ForeignTenant, "requester-globex", "POST", "/access/preview", Access, 200, MustContain: "data-unknown"),
        new("POST /access/preview", Case.WrongBody, "requester", "POST", "/access/preview", "{}", 400, "body-invalid"),

        new("POST /residency/access-validations", Case.RightRole, "requester", "POST", "/residency/access-validations", Validation, 200, MustContain: "permitted"),
        new("POST /residency/access-validations", Case.WrongRole, "operator", "POST", "/residency/access-validations", Validation, 403, "role-missing"),
        new("POST /residency/access-validations", Case.ForeignTenant, "requester-globex", "POST", "/residency/access-validations", Validation, 404, "not-found"),
        new("POST /residency/access-validations", Case.WrongBody, "requester", "POST", "/residency/access-validations", "{}", 400, "body-invalid"),

        new("POST /access/rules", Case.RightRole, "compliance-officer", "POST", "/access/rules", Rule, 201),
        new("POST /access/rules", Case.WrongRole, "approver-de", "POST", "/access/rules", Rule, 403, "role-missing"),
        new("POST /access/rules", Case.ForeignTenant, "compliance-globex", "POST", "/access/rules", Rule, 404, "not-found"),
        new("POST /access/rules", Case.WrongBody, "compliance-officer", "POST", "/access/rules", """{"tenantId":"acme","purpose":"x","stages":[]}""", 422, "stages-invalid"),
        new("POST /access/rules", Case.WrongBody, "compliance-officer", "POST", "/access/rules", Rule, 409, "rule-exists"),
        new("POST /access/rules", Case.WrongBody, "compliance-officer", "POST", "/access/rules", """{"tenantId":"acme","purpose":"x","stages":[{"name":"Too many","roles":["legal"],"quorum":20}]}""", 422, "nobody-can-approve"),

        new("GET /access/rules", Case.RightRole, "requester", "GET", "/access/rules?limit=500", null, 200, MustContain: "{rule}"),
        new("GET /access/rules", Case.WrongRole, "operator", "GET", "/access/rules", null, 403, "role-missing"),
        new("GET /access/rules", Case.ForeignTenant, "requester-globex", "GET", "/access/rules?limit=500", null, 200, MustNotContain: "{rule}"),
        new("GET /access/rules", Case.WrongBody, "requester", "GET", "/access/rules?cursor=nonsense", null, 400, null),

        new("GET /access/rules/{id}", Case.RightRole, "legal-de", "GET", "/access/rules/{rule}", null, 200),
        new("GET /access/rules/{id}", Case.WrongRole, "region-admin", "GET", "/access/rules/{rule}", null, 403, "role-missing"),
        new("GET /access/rules/{id}", Case.ForeignTenant, "compliance-globex", "GET", "/access/rules/{rule}", null, 404, "not-found"),
        new("GET /access/rules/{id}", Case.WrongBody, "policy-admin", "GET", "/access/rules/00000000-0000-0000-0000-000000000001", null, 404, "not-found"),

        new("PUT /access/rules/{id}", Case.RightRole, "policy-admin", "PUT", "/access/rules/{rule}", """{"tenantId":"acme","purpose":"{rulePurpose}","stages":[{"name":"Both","roles":["approver","dpo"],"quorum":2}]}""", 200, IfMatch: "\"1\""),
        new("PUT /access/rules/{id}", Case.WrongRole, "dpo-de", "PUT", "/access/rules/{rule}", Rule, 403, "role-missing", IfMatch: "*"),
        new("PUT /access/rules/{id}", Case.ForeignTenant, "compliance-globex", "PUT", "/access/rules/{rule}", Rule, 404, "not-found", IfMatch: "*"),
        new("PUT /access/rules/{id}", Case.WrongBody, "compliance-officer", "PUT", "/access/rules/{rule}", Rule, 412, "etag-stale", IfMatch: "\"1\""),
        new("PUT /access/rules/{id}", Case.WrongBody, "compliance-officer", "PUT", "/access/rules/{rule}", "[]", 400, "body-invalid", IfMatch: "*"),

        new("GET /access/rules/{id}/versions", Case.RightRole, "compliance-officer", "GET", "/access/rules/{rule}/versions", null, 200, MustContain: "\"version\":2"),
        new("GET /access/rules/{id}/versions", Case.WrongRole, "operator", "GET", "/access/rules/{rule}/versions", null, 403, "role-missing"),
        new("GET /access/rules/{id}/versions", Case.ForeignTenant, "compliance-globex", "GET", "/access/rules/{rule}/versions", null, 404, "not-found"),
        new("GET /access/rules/{id}/versions", Case.WrongBody, "compliance-officer", "GET", "/access/rules/{rule}/versions?limit=0", null, 400, "request-invalid"),

        new("DELETE /access/rules/{id}", Case.WrongRole, "requester", "DELETE", "/access/rules/{rule}", null, 403, "role-missing", IfMatch: "*"),
        new("DELETE /access/rules/{id}", Case.ForeignTenant, "compliance-globex", "DELETE", "/access/rules/{rule}", null, 404, "not-found", IfMatch: "*"),
        new("DELETE /access/rules/{id}", Case.WrongBody, "compliance-officer", "DELETE", "/access/rules/{rule}", null, 428, "if-match-missing"),
        new("DELETE /access/rules/{id}", Case.RightRole, "compliance-officer", "DELETE", "/access/rules/{rule}", null, 204, IfMatch: "*"),

        new("PUT /access/people/{subject}", Case.RightRole, "compliance-officer", "PUT", "/access/people/{person}", Standing, 201, IfNoneMatch: "*"),
        new("PUT /access/people/{subject}", Case.WrongRole, "approver-de", "PUT", "/access/people/{person}", Standing, 403, "role-missing", IfMatch: "*"),
        new("PUT /access/people/{subject}", Case.ForeignTenant, "compliance-globex", "PUT", "/access/people/{person}?tenant=acme", Standing, 404, "not-found", IfMatch: "*"),
        new("PUT /access/people/{subject}", Case.WrongBody, "compliance-officer", "PUT", "/access/people/{person}", Standing, 428, "if-match-missing"),
        new("PUT /access/people/{subject}", Case.WrongBody, "compliance-officer", "PUT", "/access/people/{person}", """{"roles":["king"],"jurisdictions":[],"active":true}""", 422, "role-unknown", IfMatch: "*"),
        new("PUT /access/people/{subject}", Case.WrongBody, "compliance-officer", "PUT", "/access/people/compliance-officer", Standing, 403, "own-standing", IfMatch: "*"),

        new("GET /access/people", Case.RightRole, "compliance-officer", "GET", "/access/people?role=approver&limit=500", null, 200, MustContain: "{person}"),
        new("GET /access/people", Case.WrongRole, "approver-de", "GET", "/access/people", null, 403, "role-missing"),
        new("GET /access/people", Case.ForeignTenant, "compliance-globex", "GET", "/access/people?limit=500", null, 200, MustNotContain: "{person}"),
        new("GET /access/people", Case.WrongBody, "compliance-officer", "GET", "/access/people?active=perhaps", null, 400, "request-invalid"),

        new("GET /access/people/{subject}", Case.RightRole, "approver-de", "GET", "/access/people/approver-de", null, 200, MustContain: "\"jurisdictions\":[\"DE\"]"),
        new("GET /access/people/{subject}", Case.WrongRole, "approver-de", "GET", "/access/people/{person}", null, 404, "not-found"),
        new("GET /access/people/{subject}", Case.ForeignTenant, "compliance-globex", "GET", "/access/people/{person}", null, 404, "not-found"),
        new("GET /access/people/{subject}", Case.WrongBody, "compliance-officer", "GET", "/access/people/nobody-at-all", null, 404, "not-found"),

        new("GET /access/people/{subject}/versions", Case.RightRole, "compliance-officer", "GET", "/access/people/{person}/versions", null, 200),
        new("GET /access/people/{subject}/versions", Case.WrongRole, "requester", "GET", "/access/people/{person}/versions", null, 404, "not-found"),
        new("GET /access/people/{subject}/versions", Case.ForeignTenant, "compliance-globex", "GET", "/access/people/{person}/versions", null, 404, "not-found"),
        new("GET /access/people/{subject}/versions", Case.WrongBody, "compliance-officer", "GET", "/access/people/{person}/versions?limit=0", null, 400, "request-invalid"),
    ];

    private static readonly string[] Promised =
    [
        "GET /regions", "POST /regions", "GET /regions/{id}", "PUT /regions/{id}", "DELETE /regions/{id}",
        "GET /residency/policies", "POST /residency/policies", "GET /residency/policies/{id}", "PUT /residency/policies/{id}", "DELETE /residency/policies/{id}",
        "POST /residency/policies/check", "GET /residency/policies/{id}/versions", "POST /residency/evaluate", "GET /residency/facts", "PUT /residency/facts/{id}",
        "GET /residency/rules", "PUT /residency/rules/{level}/retention", "POST /residency/simulations", "GET /residency/violations",
        "POST /data/classify", "GET /data/{id}/classification",
        "POST /access/request", "GET /access/requests", "POST /access/approve", "POST /access/revoke", "GET /access/audit",
        "POST /access/reject", "POST /access/withdraw", "POST /access/give-back", "POST /access/check", "POST /access/use", "GET /access/audit/report", "POST /access/audit/reports",
        "GET /access/rules", "POST /access/rules", "GET /access/rules/{id}", "PUT /access/rules/{id}", "DELETE /access/rules/{id}", "GET /access/rules/{id}/versions",
        "GET /access/people", "PUT /access/people/{subject}", "GET /access/people/{subject}", "GET /access/people/{subject}/versions",
        "GET /access/purposes", "POST /access/preview", "POST /access/extend", "POST /residency/access-validations",
    ];

    public static TheoryData<string> Cases => [.. Promised.SelectMany(endpoint => Enum.GetValues<Case>().Select(wanted => $"{endpoint}, {wanted}"))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_promised_endpoint_is_called_in_every_way(string wanted) =>
        Assert.Contains(Calls, call => $"{call.Endpoint}, {call.Case}" == wanted);

    /// <summary>In one test, since later calls build on earlier ones.</summary>
    [Fact]
    public async Task Every_endpoint_answers_as_promised()
    {
        var run = Guid.NewGuid().ToString("N")[..8];
        var names = new Dictionary<string, string>
        {
            ["{region}"] = $"own-{run}",
            ["{type}"] = $"type-{run}",
            ["{data}"] = $"data-{run}",
            ["{purpose}"] = $"purpose-{run}",
            ["{rulePurpose}"] = $"purpose-{run}-2",
            ["{person}"] = $"person-{run}",
        };
        names["{newRegion}"] = await Create("region-admin", "/regions", Region.Replace("{region}", $"own-{run}-2"), "code");
        names["{policyType}"] = $"type-{run}-2";
        names["{policy}"] = await Create("policy-admin", "/residency/policies", Policy.Replace("{type}", $"type-{run}-2"), "id");
        await Create("platform-service", "/data/classify", $$"""{"dataId":"data-{{run}}","dataType":"customer-profile","classification":"identity"}""", "dataId");
        names["{rule}"] = await Create("compliance-officer", "/access/rules", Rule.Replace("{purpose}", $"purpose-{run}-2"), "id");
        foreach (var name in new[] { "{request}", "{request2}", "{request3}" })
        {
            var id = names[name] = await Create("requester", "/access/request", Access.Replace("{data}", $"data-{run}"), "requestId");
            var officer = await platform.Client("compliance-officer");
            await Eventually.True(async () => (await officer.GetFromJsonAsync<JsonElement>($"/access/requests/{id}")).GetProperty("state").GetString() == "awaiting-approval", "the request waits");
        }

        names["{platformEntry}"] = await NewestEntry("operator");
        names["{tenantEntry}"] = await NewestEntry("compliance-officer");

        var wrong = new List<string>();
        foreach (var call in Calls)
        {
            if (call is { Endpoint: "POST /access/check", Case: Case.RightRole })
            {
                // An approval whose epoch is no longer the newest is checked once more before its grant begins.
                await Eventually.True(async () => await GrantState(names["{request}"]) == "active", "the grant is active");
            }

            if (await Answer(call, text => names.Aggregate(text, (filled, name) => filled.Replace(name.Key, name.Value))) is { } difference)
            {
                wrong.Add(difference);
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private async Task<string> NewestEntry(string person)
    {
        var found = await (await platform.Client(person)).GetFromJsonAsync<JsonElement>("/access/audit?limit=1");
        return found.GetProperty("items")[0].GetProperty("index").GetRawText();
    }

    private async Task<string?> GrantState(string request)
    {
        var view = await (await platform.Client("compliance-officer")).GetFromJsonAsync<JsonElement>($"/access/requests/{request}");
        return view.TryGetProperty("grant", out var grant) && grant.ValueKind == JsonValueKind.Object ? grant.GetProperty("state").GetString() : null;
    }

    private async Task<string> Create(string person, string path, string body, string member)
    {
        var response = await (await platform.Client(person)).PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement.GetProperty(member).GetString()!;
    }

    private async Task<string?> Answer(Call call, Func<string, string> fill)
    {
        using var request = new HttpRequestMessage(new(call.Method), fill(call.Path));
        if (call.Body is not null)
        {
            request.Content = new StringContent(fill(call.Body), Encoding.UTF8, "application/json");
        }

        if (call.IfMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", call.IfMatch);
        }

        if (call.IfNoneMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", call.IfNoneMatch);
        }

        var response = await (await platform.Client(call.Person)).SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var code = response.Content.Headers.ContentType?.MediaType == "application/problem+json" ? JsonDocument.Parse(text).RootElement.GetProperty("code").GetString() : null;
        var isRight = (int)response.StatusCode == call.Status
            && (call.Code is null || code == call.Code)
            && (call.Status < 400 || code is { Length: > 0 })
            && (call.MustContain is null || text.Contains(fill(call.MustContain)))
            && (call.MustNotContain is null || !text.Contains(fill(call.MustNotContain)));
        return isRight ? null : $"{call.Endpoint}, {call.Case}, as {call.Person ?? "nobody"}: {(int)response.StatusCode} {text[..Math.Min(text.Length, 400)]}, expected {call.Status} {call.Code}{call.MustContain}{call.MustNotContain}";
    }

    private enum Case
    {
        RightRole,
        WrongRole,
        ForeignTenant,
        WrongBody,
    }

    private sealed record Call(
        string Endpoint,
        Case Case,
        string? Person,
        string Method,
        string Path,
        string? Body,
        int Status,
        string? Code = null,
        string? IfMatch = null,
        string? IfNoneMatch = null,
        string? MustContain = null,
        string? MustNotContain = null);
}
