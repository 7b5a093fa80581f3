using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Npgsql;
using NpgsqlTypes;
using Sovereignty.Messaging;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.ServiceDefaults.Http;

/// <summary>
/// A POST with an <c>Idempotency-Key</c>: its answer is stored in the transaction of what it did, and given again to whoever
/// repeats it within a day.
/// </summary>
internal sealed class IdempotentRequest
{
    private const string HeaderName = "Idempotency-Key";
    private static readonly string[] KeptHeaders = ["ETag", "Location", "Content-Type"];

    private readonly string _caller;
    private readonly string _key;
    private readonly byte[] _hash;

    private IdempotentRequest(string caller, string key, byte[] hash)
    {
        _caller = caller;
        _key = key;
        _hash = hash;
    }

    public static async Task<IdempotentRequest?> Read(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method) || !context.Request.Headers.TryGetValue(HeaderName, out var values))
        {
            return null;
        }

        var key = values.ToString();
        if (key.Length is 0 or > 200 || key.Any(character => character is < '!' or > '~'))
        {
            throw new BadHttpRequestException("The Idempotency-Key must be 1 to 200 visible ASCII characters, for example a UUID.");
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{context.Request.Path}\n"));
        var chunk = new byte[8192];
        int read;
        while ((read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted)) > 0)
        {
            hash.AppendData(chunk.AsSpan(0, read));
        }

        context.Request.Body.Position = 0;
        return new(context.User.Key(), key, hash.GetHashAndReset());
    }

    /// <summary>Answers in place of the endpoint, where the key was used before or is in use.</summary>
    public async Task<bool> Replay(HttpContext context, UnitOfWork unit)
    {
        await using var batch = new NpgsqlBatch(unit.Connection)
        {
            BatchCommands =
            {
                new("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))") { Parameters = { new() { Value = $"{_caller}\n{_key}" } } },
                new("SELECT request_hash, status, headers, body FROM messaging.idempotency WHERE caller = $1 AND key = $2")
                {
                    Parameters = { new() { Value = _caller }, new() { Value = _key } },
                },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(context.RequestAborted);
        await reader.ReadAsync(context.RequestAborted);
        if (!reader.GetBoolean(0))
        {
            await Problems.Write(context, 409, "idempotency-key-in-use", "A request with this Idempotency-Key is still running. Wait for its answer, or ask again in a moment.");
            return true;
        }

        await reader.NextResultAsync(context.RequestAborted);
        if (!await reader.ReadAsync(context.RequestAborted))
        {
            return false;
        }

        if (!reader.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(_hash))
        {
            await Problems.Write(context, 422, "idempotency-key-reused", "This Idempotency-Key was used for another request. Take a new key for a new request.");
            return true;
        }

        context.Response.StatusCode = reader.GetInt32(1);
        foreach (var (name, value) in JsonSerializer.Deserialize<Dictionary<string, string>>(reader.GetString(2))!)
        {
            context.Response.Headers[name] = value;
        }

        context.Response.Headers["Idempotency-Replayed"] = "true";
        await context.Response.Body.WriteAsync(reader.GetFieldValue<byte[]>(3), context.RequestAborted);
        return true;
    }

    public async Task Remember(HttpContext context, UnitOfWork unit, MemoryStream body)
    {
        if (context.Response.StatusCode is < 200 or >= 300)
        {
            return;
        }

        var headers = KeptHeaders
            .Where(name => context.Response.Headers.ContainsKey(name))
            .ToDictionary(name => name, name => context.Response.Headers[name].ToString());
        await using var command = new NpgsqlCommand(
            "INSERT INTO messaging.idempotency (caller, key, request_hash, status, headers, body) VALUES ($1, $2, $3, $4, $5, $6)", unit.Connection);
        command.Parameters.Add(new() { Value = _caller });
        command.Parameters.Add(new() { Value = _key });
        command.Parameters.Add(new() { Value = _hash });
        command.Parameters.Add(new() { Value = context.Response.StatusCode });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(headers), NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = body.ToArray() });
        await command.ExecuteNonQueryAsync(context.RequestAborted);
    }
}
