using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Sovereignty.Contracts.Data;

namespace Sovereignty.Contracts.Tests.Schemas;

/// <summary>The summaries of public types, as plain text.</summary>
internal static partial class DocComments
{
    private static readonly ConcurrentDictionary<Assembly, Dictionary<string, XElement>> Members = [];

    public static string? Of(Type type) => Summary(type, $"T:{type.FullName}");

    public static string? Of(PropertyInfo property) =>
        new[] { property.DeclaringType! }.Concat(property.DeclaringType!.GetInterfaces())
            .Select(type => Summary(type, $"P:{type.FullName}.{property.Name}"))
            .FirstOrDefault(summary => summary is not null);

    private static string? Summary(Type type, string member)
    {
        if (!Members.GetOrAdd(type.Assembly, Load).TryGetValue(member, out var comment) || comment.Element("summary") is not { } summary)
        {
            return null;
        }

        var text = string.Concat(summary.Nodes().Select(node => node is XElement element ? Plain(element) : node.ToString()));
        return Space().Replace(System.Net.WebUtility.HtmlDecode(text), " ").Trim();
    }

    private static Dictionary<string, XElement> Load(Assembly assembly) =>
        Path.ChangeExtension(assembly.Location, ".xml") is var file && File.Exists(file)
            ? XDocument.Load(file).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value)
            : [];

    private static string Plain(XElement element)
    {
        if (element.Attribute("cref")?.Value is not { } target)
        {
            return element.Value;
        }

        if (Codes(target[2..]) is { Length: > 0 } codes)
        {
            return codes;
        }

        var name = target.Split('.')[^1];
        return target[0] == 'P' ? JsonNamingPolicy.CamelCase.ConvertName(name)
            : target[0] == 'F' ? JsonNamingPolicy.KebabCaseLower.ConvertName(name)
            : name;
    }

    /// <summary>Readers in other languages see no list of constants: they get the codes themselves.</summary>
    private static string? Codes(string type) =>
        typeof(IEvent).Assembly.GetType(type) is { IsAbstract: true, IsSealed: true } list
            ? string.Join(", ", list == typeof(ClassificationLevels)
                ? ClassificationLevels.Names
                : list.GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!))
            : null;

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
