using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Sovereignty.ServiceDefaults.Http;

/// <summary>One page of a list.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary><c>?cursor=&amp;limit=</c>: where the page begins and how long it is. 400 where they cannot be read.</summary>
public sealed record PageRequest(string? After, int Limit)
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 500;

    public static ValueTask<PageRequest> BindAsync(HttpContext context)
    {
        var limit = DefaultLimit;
        if (context.Request.Query["limit"].ToString() is { Length: > 0 } text && (!int.TryParse(text, out limit) || limit is < 1 or > MaxLimit))
        {
            throw new BadHttpRequestException($"The limit must be a number from 1 to {MaxLimit}.");
        }

        string? after = null;
        if (context.Request.Query["cursor"].ToString() is { Length: > 0 } cursor && (after = Cursor.Decode(cursor)) is null)
        {
            throw BadCursor();
        }

        return ValueTask.FromResult(new PageRequest(after, limit));
    }

    /// <summary>For a cursor that no list of this kind can have given.</summary>
    public static BadHttpRequestException BadCursor() => new("The cursor is none that this list gave. Take nextCursor of the page before, or none.");

    /// <summary>Makes a page of up to <see cref="Limit"/> items from one more than that.</summary>
    public Page<T> Page<T>(IReadOnlyList<T> itemsAndOneMore, Func<T, string> key) =>
        itemsAndOneMore.Count <= Limit
            ? new(itemsAndOneMore, null)
            : new([.. itemsAndOneMore.Take(Limit)], Cursor.Encode(key(itemsAndOneMore[Limit - 1])));
}

/// <summary>An opaque form of the key of a page's last item.</summary>
public static class Cursor
{
    public static string Encode(string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));

    public static string? Decode(string cursor)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Base64Url.DecodeFromChars(cursor));
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            return null;
        }
    }
}
