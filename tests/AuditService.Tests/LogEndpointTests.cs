using System.Net;
using System.Text.Json;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Tests;

/// <summary>The log as others read it: over HTTP, from a real database.</summary>
[Collection(OnPostgres.Name)]
public sealed class LogEndpointTests(LogEndpointTests.Served served) : IClassFixture<LogEndpointTests.Served>
{
    private const int Size = 1_300;

    [Fact]
    public async Task The_checkpoint_is_signed_and_the_tiles_give_its_root_and_its_proofs()
    {
        var checkpoint = await served.Checkpoint();
        Assert.Equal(Size, checkpoint.Size);

        var tree = new TileTree(checkpoint.Size, async (tile, ct) => await served.Client().GetByteArrayAsync($"/audit/log/{tile}", ct));
        Assert.Equal(checkpoint.Root, await tree.Root(default));
        foreach (var index in new long[] { 0, 255, 256, 1_279, 1_280, Size - 1 })
        {
            var leaf = await tree.Leaf(index, default);
            Assert.True(MerkleProof.VerifyInclusion(index, checkpoint.Size, leaf, await tree.InclusionProof(index, default), checkpoint.Root));
        }
    }

    [Fact]
    public async Task Tiles_hold_the_leaves_of_the_bundles_and_the_roots_of_the_tiles_below()
    {
        var leaves = new List<MerkleHash>();
        foreach (var (name, width) in new[] { ("000", 256), ("001", 256), ("002", 256), ("003", 256), ("004", 256), ("005.p/20", 20) })
        {
            var bundle = await served.Client("operator").GetByteArrayAsync($"/audit/log/tile/entries/{name}");
            var entries = EntryBundle.Read(bundle, width);
            Assert.NotNull(entries);
            var hashes = entries.Select(entry => MerkleHash.Leaf(entry.Span)).ToArray();
            Assert.Equal(Tile.Pack(hashes), await served.Client().GetByteArrayAsync($"/audit/log/tile/0/{name}"));
            leaves.AddRange(hashes);
        }

        var roots = Enumerable.Range(0, 5).Select(i => Tile.PerfectRoot(leaves, i * 256, 256)).ToArray();
        Assert.Equal(Tile.Pack(roots), await served.Client().GetByteArrayAsync("/audit/log/tile/1/000.p/5"));
        var edge = new RightEdge();
        leaves.ForEach(leaf => edge.Append(leaf, []));
        Assert.Equal((await served.Checkpoint()).Root, edge.Root());
        Assert.Equal("acme-1299", LogEntry.Read(EntryBundle.Read(await served.Client("operator").GetByteArrayAsync("/audit/log/tile/entries/005.p/20"), 20)![19].Span)!.Id);
    }

    [Theory]
    [InlineData("0/000.p/7", 7)]
    [InlineData("0/004.p/255", 255)]
    [InlineData("0/005.p/1", 1)]
    [InlineData("1/000.p/4", 4)]
    public async Task A_partial_tile_is_the_beginning_of_the_whole(string path, int width)
    {
        var whole = path.Split(".p/")[0] switch { "0/005" => "0/005.p/20", "1/000" => "1/000.p/5", var complete => complete };
        var partial = await served.Client().GetByteArrayAsync($"/audit/log/tile/{path}");
        Assert.Equal(width * 32, partial.Length);
        Assert.Equal((await served.Client().GetByteArrayAsync($"/audit/log/tile/{whole}"))[..(width * 32)], partial);
    }

    [Theory]
    [InlineData("0/005")]
    [InlineData("0/005.p/21")]
    [InlineData("0/005.p/0")]
    [InlineData("0/006.p/1")]
    [InlineData("1/000")]
    [InlineData("1/000.p/6")]
    [InlineData("1/001.p/1")]
    [InlineData("2/000.p/1")]
    [InlineData("64/000")]
    [InlineData("0/5")]
    [InlineData("0/x000/001")]
    [InlineData("0/000.p/256")]
    [InlineData("-1/000")]
    [InlineData("0/..%2f000")]
    [InlineData("entries/005")]
    [InlineData("entries/005.p/21")]
    [InlineData("entries/006.p/1")]
    [InlineData("entries/x000/001")]
    public async Task What_the_checkpoint_does_not_cover_is_not_found(string path)
    {
        using var response = await served.Client("operator").GetAsync(new Uri($"/audit/log/tile/{path}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("tile-missing", (await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync())).RootElement.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData(null, null, HttpStatusCode.Unauthorized)]
    [InlineData("compliance-officer", "acme", HttpStatusCode.Forbidden)]
    [InlineData("compliance-officer", null, HttpStatusCode.Forbidden)]
    [InlineData("policy-admin", null, HttpStatusCode.Forbidden)]
    [InlineData("operator", "acme", HttpStatusCode.Forbidden)]
    [InlineData("operator", null, HttpStatusCode.OK)]
    public async Task Entries_of_every_tenant_are_for_operators_of_the_platform_only(string? role, string? tenant, HttpStatusCode status)
    {
        using var response = await served.Client(role, tenant).GetAsync(new Uri("/audit/log/tile/entries/000", UriKind.Relative));
        Assert.Equal(status, response.StatusCode);
    }

    [Theory]
    [InlineData("index=1299")]
    [InlineData("id=acme-1299")]
    [InlineData("id=acme-1299&tenant=acme")]
    public async Task A_compliance_officer_reads_the_bytes_of_an_entry_of_the_own_tenant(string query)
    {
        var answer = await served.Client("compliance-officer", "acme").GetStringAsync(new Uri($"/access/audit/entries?{query}", UriKind.Relative));
        var item = Assert.Single(JsonDocument.Parse(answer).RootElement.GetProperty("items").EnumerateArray());
        Assert.Equal(1_299, item.GetProperty("index").GetInt64());
        Assert.Equal("acme-1299", item.GetProperty("id").GetString());
        var leaf = Tile.Unpack(await served.Client().GetByteArrayAsync("/audit/log/tile/0/005.p/20"))[19];
        Assert.Equal(leaf, MerkleHash.Leaf(item.GetProperty("entry").GetBytesFromBase64()));
    }

    [Theory]
    [InlineData("compliance-officer", "globex", "index=1299", 404, "not-found")]
    [InlineData("compliance-officer", "globex", "id=acme-1299", 404, "not-found")]
    [InlineData("compliance-officer", "globex", "id=acme-1299&tenant=acme", 403, "tenant-forbidden")]
    [InlineData("operator", null, "index=1299", 404, "not-found")]
    [InlineData("compliance-officer", "acme", "index=1300", 404, "not-found")]
    [InlineData("compliance-officer", "acme", "index=-1", 400, "index-invalid")]
    [InlineData("compliance-officer", "acme", "", 400, "filter-unknown")]
    [InlineData("compliance-officer", "acme", "index=1&id=acme-1", 400, "filter-unknown")]
    [InlineData("compliance-officer", "acme", "index=1&type=DataCreated", 400, "filter-unknown")]
    [InlineData("policy-admin", null, "index=1299", 403, null)]
    [InlineData(null, null, "index=1299", 401, null)]
    public async Task Bytes_of_entries_are_for_those_who_may_see_them(string? role, string? tenant, string query, int status, string? code)
    {
        using var response = await served.Client(role, tenant).GetAsync(new Uri($"/access/audit/entries?{query}", UriKind.Relative));
        Assert.Equal(status, (int)response.StatusCode);
        Assert.True(code is null || (await response.Content.ReadAsStringAsync()).Contains($"\"{code}\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Complete_tiles_are_for_ever_and_bundles_for_their_reader_alone()
    {
        Assert.Equal("public, max-age=31536000, immutable", await Caching("0/000", null));
        Assert.Equal("no-store", await Caching("0/005.p/20", null));
        Assert.Equal("private, max-age=31536000, immutable", await Caching("entries/000", "operator"));

        async Task<string?> Caching(string path, string? role)
        {
            using var response = await served.Client(role).GetAsync(new Uri($"/audit/log/tile/{path}", UriKind.Relative));
            return string.Join(", ", response.Headers.GetValues("Cache-Control").SelectMany(value => value.Split(", ")).OrderBy(Order));
        }

        static int Order(string directive) => directive switch { "public" or "private" => 0, "immutable" => 2, _ => 1 };
    }

    /// <summary>The service on a log of 1,300 entries.</summary>
    public sealed class Served(PostgresServer server) : IAsyncLifetime
    {
        private TestLog _log = null!;
        private TestService _service = null!;

        public async Task InitializeAsync()
        {
            _log = await TestLog.Create(server);
            await _log.AppendMessages(Size);
            await _log.CheckpointSigner().Sign(default);
            _service = await TestService.Start(_log);
        }

        public HttpClient Client(string? role = null, string? tenant = null) => _service.Client(role, tenant);

        public async Task<Checkpoint> Checkpoint()
        {
            var note = SignedNote.Parse(await Client().GetByteArrayAsync("/audit/log/checkpoint"));
            var key = NoteVerifier.Parse((await Client().GetStringAsync("/audit/log/key")).TrimEnd('\n'));
            Assert.NotNull(note);
            Assert.NotNull(key);
            Assert.Single(note.Verify(key));
            var checkpoint = TransparencyLog.Checkpoint.Parse(note.Text);
            Assert.Equal(_log.Options.Origin, checkpoint?.Origin);
            return checkpoint!;
        }

        public async Task DisposeAsync()
        {
            await _service.DisposeAsync();
            await _log.DisposeAsync();
        }
    }
}
