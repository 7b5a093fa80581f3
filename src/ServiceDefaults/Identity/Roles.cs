namespace Sovereignty.ServiceDefaults.Identity;

public static class Roles
{
    public const string Requester = "requester";
    public const string Approver = "approver";
    public const string Dpo = "dpo";
    public const string Legal = "legal";
    public const string PolicyAdmin = "policy-admin";
    public const string RegionAdmin = "region-admin";
    public const string ComplianceOfficer = "compliance-officer";
    public const string Operator = "operator";
    public const string Service = "service";
}
