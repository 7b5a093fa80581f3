using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Publishing;

/// <summary>What is wrong with a policy that someone wants to publish.</summary>
public sealed record PolicyFault(string Code, string Field, string Message);

public static class PolicyCheck
{
    private const string ParametersInvalid = "parameters-invalid";
    private const string MechanismInvalid = "mechanism-invalid";
    private const int MaxItems = 300;
    private const int MaxReference = 200;

    /// <summary>The first fault; null where the policy may be published.</summary>
    public static PolicyFault? Check(PolicyRequest request, PolicySnapshot snapshot) =>
        CheckLevel(request) ?? CheckValidity(request) ?? CheckParameters(request, snapshot) ?? CheckMechanisms(request);

    private static PolicyFault? CheckLevel(PolicyRequest request)
    {
        var invalid = (request.TenantId is null ? null : Placement.CheckTenantId(request.TenantId))
            ?? (request.DataType is null ? null : Placement.CheckDataType(request.DataType));
        return invalid is null ? null : new(ReasonCodes.InputInvalid, invalid.Field, invalid.Message);
    }

    private static PolicyFault? CheckValidity(PolicyRequest request) => request switch
    {
        { ValidFrom: null } => new(ReasonCodes.InputInvalid, "validFrom", "validFrom is missing; give the moment the policy applies from."),
        { ValidTo: { } to, ValidFrom: { } from } when to <= from => new(ReasonCodes.InputInvalid, "validTo", "validTo is not after validFrom; give a later moment or leave it out."),
        _ => null,
    };

    private static PolicyFault? CheckParameters(PolicyRequest request, PolicySnapshot snapshot)
    {
        if (request.Mode is not { } mode || !Enum.IsDefined(mode))
        {
            return new(ReasonCodes.InputInvalid, "mode", "mode is missing; give one of single-country, regional, hybrid, fully-sovereign, client-owned.");
        }

        if (request.Parameters?.ToParameters() is not { } parameters)
        {
            return Fault("parameters", "are missing; give those of the mode");
        }

        return CheckForeign(mode, parameters) ?? mode switch
        {
            ResidencyMode.SingleCountry or ResidencyMode.FullySovereign => CheckCountry("country", parameters.Country),
            ResidencyMode.Regional => CheckArea(parameters, snapshot),
            ResidencyMode.Hybrid => CheckRegions("primaryRegions", parameters.PrimaryRegions, snapshot) ?? CheckRegions("replicaRegions", parameters.ReplicaRegions, snapshot),
            _ when request.TenantId is null => Fault("regions", "belong to one client: a client-owned policy needs tenantId"),
            _ => CheckClientRegions(parameters.Regions, snapshot),
        };
    }

    private static PolicyFault? CheckMechanisms(PolicyRequest request)
    {
        if (request.Mechanisms is { Count: > MaxItems })
        {
            return new(MechanismInvalid, "mechanisms", $"mechanisms has more than {MaxItems} items; name fewer.");
        }

        return (request.Mechanisms ?? [])
            .Select((mechanism, i) => CheckMechanism($"mechanisms[{i}]", mechanism, request.ValidFrom!.Value))
            .FirstOrDefault(fault => fault is not null);
    }

    private static PolicyFault? CheckMechanism(string name, MechanismRequest? mechanism, DateTimeOffset validFrom)
    {
        PolicyFault Wrong(string member, string fault) => new(MechanismInvalid, $"{name}{member}", $"{name}{member} {fault}.");

        return mechanism switch
        {
            null => Wrong("", "is empty; give kind, reference and countries, or leave it out"),
            { Kind: null } => Wrong(".kind", "is missing; give one of scc, bcr, derogation, certification"),
            { Kind: { } kind } when !Enum.IsDefined(kind) => Wrong(".kind", "is not known; give one of scc, bcr, derogation, certification"),
            { Reference: var reference } when string.IsNullOrWhiteSpace(reference) || reference.Length > MaxReference => Wrong(
                ".reference", $"is missing or too long; say in 1 to {MaxReference} characters where the instrument can be found"),
            { Countries: null or [] } => Wrong(".countries", "is missing or empty; name at least one country"),
            { Countries.Count: > MaxItems } => Wrong(".countries", $"has more than {MaxItems} items; name fewer"),
            { ValidUntil: { } until } when until <= validFrom => Wrong(".validUntil", "is not after the policy's validFrom; give a later moment or leave the mechanism out"),
            _ => mechanism.Countries
                .Select((country, i) => CountryCodes.Contains(country) ? null : Wrong($".countries[{i}]", "is no country; give an ISO 3166-1 alpha-2 code in capitals, for example US"))
                .FirstOrDefault(fault => fault is not null),
        };
    }

    private static PolicyFault? CheckForeign(ResidencyMode mode, ResidencyParameters parameters)
    {
        (string Name, bool Given, bool Belongs)[] given =
        [
            ("country", parameters.Country is not null, mode is ResidencyMode.SingleCountry or ResidencyMode.FullySovereign),
            ("group", parameters.Group is not null, mode is ResidencyMode.Regional),
            ("countries", parameters.Countries is not null, mode is ResidencyMode.Regional),
            ("primaryRegions", parameters.PrimaryRegions is not null, mode is ResidencyMode.Hybrid),
            ("replicaRegions", parameters.ReplicaRegions is not null, mode is ResidencyMode.Hybrid),
            ("regions", parameters.Regions is not null, mode is ResidencyMode.ClientOwned),
            ("viewFromOutside", parameters.ViewFromOutside is not null, mode is ResidencyMode.ClientOwned),
        ];
        return given.Where(parameter => parameter.Given && !parameter.Belongs)
            .Select(parameter => Fault(parameter.Name, "does not belong to this mode; leave it out"))
            .FirstOrDefault();
    }

    private static PolicyFault? CheckCountry(string name, string? country) =>
        country is not null && CountryCodes.Contains(country) ? null : Fault(name, "is missing or no country; give an ISO 3166-1 alpha-2 code in capitals, for example DE");

    private static PolicyFault? CheckArea(ResidencyParameters parameters, PolicySnapshot snapshot)
    {
        if ((parameters.Group is null) == (parameters.Countries is null))
        {
            return Fault("group", "or countries is needed, and not both");
        }

        if (parameters.Group is { } group)
        {
            return snapshot.FindGroup(group) is null
                ? Fault("group", $"is not known; give one of {string.Join(", ", snapshot.Groups.Select(known => known.Code).Order(StringComparer.Ordinal))}, or countries")
                : null;
        }

        return CheckList("countries", parameters.Countries!)
            ?? parameters.Countries!.Select((country, i) => CheckCountry($"countries[{i}]", country)).FirstOrDefault(fault => fault is not null);
    }

    private static PolicyFault? CheckRegions(string name, IReadOnlyList<string>? codes, PolicySnapshot snapshot) =>
        CheckList(name, codes) ?? codes!.Select((code, i) => CheckRegion($"{name}[{i}]", code, snapshot)).FirstOrDefault(fault => fault is not null);

    private static PolicyFault? CheckClientRegions(IReadOnlyList<ClientRegion>? regions, PolicySnapshot snapshot)
    {
        if (CheckList("regions", regions) is { } fault)
        {
            return fault;
        }

        for (var i = 0; i < regions!.Count; i++)
        {
            if (regions[i] is null || !Enum.IsDefined(regions[i].Use))
            {
                return Fault($"regions[{i}]", "is incomplete; give code and use");
            }

            if (CheckRegion($"regions[{i}].code", regions[i].Code, snapshot) is { } unknown)
            {
                return unknown;
            }
        }

        if (regions.DistinctBy(region => region.Code).Count() < regions.Count)
        {
            return Fault("regions", "name a region twice; name it once, with use both where it may hold every copy");
        }

        return regions.All(region => region.Use is ClientRegionUse.Copy) ? Fault("regions", "name no region for the primary; mark one primary or both") : null;
    }

    private static PolicyFault? CheckList<T>(string name, IReadOnlyList<T>? items) => items switch
    {
        null or [] => Fault(name, "is missing or empty; name at least one"),
        { Count: > MaxItems } => Fault(name, $"has more than {MaxItems} items; name fewer"),
        _ => null,
    };

    private static PolicyFault? CheckRegion(string name, string? code, PolicySnapshot snapshot)
    {
        if (code is null)
        {
            return Fault(name, "is missing; give a region's code");
        }

        if (PseudoRegions.Contains(code))
        {
            return new(ReasonCodes.RegionNotAPlace, $"parameters.{name}", $"parameters.{name} is a provider's alias for everywhere, not a place; name a region.");
        }

        return snapshot.FindRegion(code) is null
            ? new(ReasonCodes.RegionUnknown, $"parameters.{name}", $"parameters.{name} is not in the registry; register the region first or name another.")
            : null;
    }

    private static PolicyFault Fault(string parameter, string fault)
    {
        var name = parameter is "parameters" ? parameter : $"parameters.{parameter}";
        return new(ParametersInvalid, name, $"{name} {fault}.");
    }
}
