using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Sovereignty.AuditService.Report;

namespace Sovereignty.AuditService.Tests;

[Collection(OnPostgres.Name)]
public sealed partial class ReportPageTests(PostgresServer server)
{
    private const string Script = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&\u0000\u202e</bdi>";
    private static readonly DateTimeOffset Start = new(2026, 2, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_page_runs_nothing_fetches_nothing_and_shows_what_it_was_given_as_text()
    {
        await using var log = await TestLog.Create(server);
        var stories = Enumerable.Range(0, 300).Select(i => new AccessStory("acme", $"data-{i}", Start.AddMinutes(i)).Requested(Script).Denied($"{Script} {i}"));
        log.Store().Append([.. stories.SelectMany(story => story.Messages).Select(log.Sealer.Prepare)], default);
        await log.CheckpointSigner().Sign(default);
        await using var service = await TestService.Start(log);
        using var response = await service.Client("compliance-officer", "acme").GetAsync(new Uri($"/access/audit/report?format=html&dataId={Uri.EscapeDataString(Script)}", UriKind.Relative));
        using var whole = await service.Client("compliance-officer", "acme").GetAsync(new Uri("/access/audit/report?format=html", UriKind.Relative));
        var page = await whole.Content.ReadAsStringAsync();

        foreach (var html in new[] { page, await response.Content.ReadAsStringAsync() })
        {
            Assert.DoesNotMatch(Active(), html);
            Assert.DoesNotContain('\u0000', html);
            Assert.DoesNotMatch("(?i)\u202e|&#x202e;", html);
            Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", html, StringComparison.Ordinal);
            Assert.Equal(Opened().Count(html), Closed().Count(html));
        }

        var style = page[(page.IndexOf("<style>", StringComparison.Ordinal) + 7)..page.IndexOf("</style>", StringComparison.Ordinal)];
        var policy = whole.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Equal($"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", policy);
        Assert.Equal("text/html; charset=utf-8", whole.Content.Headers.ContentType?.ToString());
        Assert.True(whole.Headers.CacheControl?.NoStore);

        Assert.Equal(ReportPage.MostRows, Rows().Count(page[page.IndexOf("Detailed log", StringComparison.Ordinal)..]));
        Assert.Contains("The newest 500 of 600 entries; 100 more are not on this page.", page, StringComparison.Ordinal);
        Assert.Contains("250 less frequent reasons, of 250 rejections, are in the JSON form of this report.", page, StringComparison.Ordinal);
        Assert.Contains("format=csv&amp;size=600", page, StringComparison.Ordinal);
        Assert.Contains($"Checkpoint 600 entries, root {whole.Headers.GetValues("Sovereignty-Checkpoint-Root").Single()}", style, StringComparison.Ordinal);
    }

    [GeneratedRegex("<(script|img|iframe|object|embed|link|base|form|svg|a)[ >]|<[^>]* on[a-z]+=|<[^>]* style=|url\\(|@import|javascript:", RegexOptions.IgnoreCase)]
    private static partial Regex Active();

    [GeneratedRegex("<bdi>")]
    private static partial Regex Opened();

    [GeneratedRegex("</bdi>")]
    private static partial Regex Closed();

    [GeneratedRegex("<tr><td")]
    private static partial Regex Rows();
}
