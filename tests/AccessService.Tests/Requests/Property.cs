using System.Text.Json;
using CsCheck;
using Xunit.Sdk;

namespace Sovereignty.AccessService.Tests.Requests;

/// <summary>A property over generated cases, the same cases each time.</summary>
internal static class Property
{
    private const int Cases = 5_000;
    private static readonly JsonSerializerOptions Readable = new() { IncludeFields = true };

    public static void Holds<T>(Gen<T> gen, Func<T, bool> property)
    {
        var random = new PCG(1, 20_260_115);
        for (var i = 0; i < Cases; i++)
        {
            var given = gen.Generate(random, null, out _);
            Assert.True(property(given), $"It does not hold in case {i}: {JsonSerializer.Serialize(given, Readable)}");
        }
    }

    /// <summary>The property sees that something is broken.</summary>
    public static void Catches(Action property) => Assert.Throws<TrueException>(property);
}
