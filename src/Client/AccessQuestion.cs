namespace Sovereignty.Client;

/// <summary>May this person use that data so, from there? Texts are compared exactly, upper and lower case told apart.</summary>
/// <param name="TenantId">The tenant whose data it is.</param>
/// <param name="Subject">The person, as the <c>sub</c> of their token.</param>
/// <param name="DataId">The data.</param>
/// <param name="Region">The code of the region through which the data is seen, for example <c>us-east-1</c>.</param>
/// <param name="Purpose">For what, a code in kebab-case, for example <c>customer-support</c>.</param>
/// <param name="Action">What is done, a code in kebab-case, for example <c>read</c>.</param>
public readonly record struct AccessQuestion(string TenantId, string Subject, string DataId, string Region, string Purpose, string Action);
