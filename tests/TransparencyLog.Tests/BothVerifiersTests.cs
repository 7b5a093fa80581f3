using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sovereignty.TransparencyLog.Tests;

/// <summary>Logs and proofs, good ones and tampered ones, judged by the verifier here and by the one in Node.</summary>
public sealed class BothVerifiersTests(BothVerifiersTests.Judged judged) : IClassFixture<BothVerifiersTests.Judged>
{
    [Theory]
    [InlineData("good")]
    [InlineData("checkpoint")]
    [InlineData("keys")]
    [InlineData("entries")]
    [InlineData("form")]
    [InlineData("numbers")]
    [InlineData("tiles")]
    [InlineData("held")]
    [InlineData("policy")]
    [InlineData("proof")]
    [InlineData("every byte")]
    [InlineData("probe")]
    public void Both_say_what_is_so(string group)
    {
        var cases = judged.Cases.Index().Where(one => one.Item.Name.StartsWith(group + ":", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(cases);
        Assert.Equal(cases.Select(one => (one.Item.Name, one.Item.Verdict)), cases.Select(one => (one.Item.Name, judged.ByNode[one.Index])));

        // Probes are judged here by MerkleProbeTests.
        var here = cases.Where(one => one.Item.Probe is null).ToList();
        Assert.Equal(here.Select(one => (one.Item.Name, one.Item.Verdict)), here.Select(one => (one.Item.Name, judged.Here[one.Index])));
    }

    [Fact]
    public void Cases_of_every_verdict_are_among_them() =>
        Assert.Equal(["gap", "invalid", "missing", LogCase.NoVerdict, "valid"], judged.Cases.Where(one => one is { Probe: null, InFull: false }).Select(one => one.Verdict).Distinct().Order(StringComparer.Ordinal));

    public sealed class Judged : IAsyncLifetime
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("both-verifiers");

        internal List<LogCase> Cases { get; } = [];

        internal string[] ByNode { get; private set; } = [];

        internal string[] Here { get; private set; } = [];

        public async Task InitializeAsync()
        {
            Good();
            Checkpoints();
            Keys();
            Entries();
            Form();
            Numbers();
            Tiles();
            Held();
            Policies();
            Proofs();
            EveryByte();
            Probes();
            var byNode = NodeVerifier.Judge(_folder.FullName, Cases);
            var here = new List<string>();
            foreach (var one in Cases)
            {
                here.Add(one.Probe is null ? await one.Judge() : "not judged here");
            }

            (Here, ByNode) = ([.. here], await byNode);
        }

        public Task DisposeAsync()
        {
            _folder.Delete(recursive: true);
            return Task.CompletedTask;
        }

        private static byte[][] EntriesOf(int count) => [.. Enumerable.Range(0, count).Select(i => LogFolder.Entry(i))];

        private static MerkleHash Root(IEnumerable<byte[]> entries)
        {
            var edge = new RightEdge();
            foreach (var entry in entries)
            {
                edge.Append(MerkleHash.Leaf(entry));
            }

            return edge.Root();
        }

        private static byte[] Bytes(object note) => Encoding.UTF8.GetBytes(note.ToString()!);

        private static string Text(int size) => new Checkpoint(LogFolder.Origin, size, Root(EntriesOf(size))).ToText();

        private static byte[] Flip(byte[] bytes, int position, int bit = 0)
        {
            var changed = (byte[])bytes.Clone();
            changed[position] ^= (byte)(1 << bit);
            return changed;
        }

        private string Folder(string name) => Path.Combine(_folder.FullName, name);

        private byte[] Read(string name, string path) => File.ReadAllBytes(Path.Combine(Folder(name), path));

        private LogCase Write(string name, string folder, IReadOnlyList<byte[]> entries, string verdict = "valid")
        {
            foreach (var (path, bytes) in LogFolder.Write(entries, 0, 1))
            {
                var file = Path.Combine(Folder(folder), path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllBytes(file, bytes);
            }

            return new(name, verdict, Folder(folder));
        }

        private LogCase Of(string folder, string name, string verdict) => new(name, verdict, Folder(folder));

        private void Good() => Cases.AddRange(new[] { 0, 1, 2, 3, 255, 256, 257, 513, 65_539 }.Select(size =>
            Write($"good: {size} entries", size.ToString(CultureInfo.InvariantCulture), EntriesOf(size))));

        private void Checkpoints()
        {
            var text = Text(257);
            LogCase Checkpoint(string name, string verdict, object note) => Of("257", $"checkpoint: {name}", verdict).With("checkpoint", Bytes(note));
            LogCase SignedAs(string name, string verdict, string body) => Checkpoint(name, verdict, LogFolder.Sign(body, 0, 1));
            var note = LogFolder.Sign(text, 0, 1).ToString();
            var root = Convert.ToBase64String(Root(EntriesOf(257)).Bytes);
            Cases.AddRange(
            [
                Of("257", "checkpoint: none", "missing").With("checkpoint", (byte[]?)null),
                Checkpoint("empty", "invalid", ""),
                Checkpoint("without last newline", "invalid", note.TrimEnd('\n')),
                Checkpoint("with a newline more", "invalid", note + "\n"),
                Checkpoint("with carriage returns", "invalid", note.Replace("\n", "\r\n", StringComparison.Ordinal)),
                Of("257", "checkpoint: no UTF-8", "invalid").With("checkpoint", [0xFF, .. Bytes(note)]),
                Of("257", "checkpoint: a mark of byte order", "invalid").With("checkpoint", [0xEF, 0xBB, 0xBF, .. Bytes(note)]),
                SignedAs("another origin", "invalid", text.Replace(LogFolder.Origin, "log.example/other", StringComparison.Ordinal)),
                SignedAs("an extension", "valid", text + "extension\n"),
                SignedAs("an empty extension", "invalid", text + "\n"),
                SignedAs("leading zero in size", "invalid", text.Replace("\n257\n", "\n0257\n", StringComparison.Ordinal)),
                SignedAs("a sign before size", "invalid", text.Replace("\n257\n", "\n+257\n", StringComparison.Ordinal)),
                SignedAs("a size that does not fit", "invalid", text.Replace("\n257\n", "\n9223372036854775808\n", StringComparison.Ordinal)),
                SignedAs("base64 of root with stray bits", "invalid", text.Replace(root, root[..^2] + (char)(root[^2] + 1) + "=", StringComparison.Ordinal)),
                SignedAs("base64 of root without padding", "invalid", text.Replace(root, root.TrimEnd('='), StringComparison.Ordinal)),
                SignedAs("a larger size", "missing", text.Replace("\n257\n", "\n259\n", StringComparison.Ordinal)),
                SignedAs("another root", "invalid", text.Replace(root, MerkleHash.EmptyRoot.ToBase64(), StringComparison.Ordinal)),
                SignedAs("size 0 with entries", "invalid", text.Replace("\n257\n", "\n0\n", StringComparison.Ordinal)),
                SignedAs("size 0", "valid", new Checkpoint(LogFolder.Origin, 0, MerkleHash.EmptyRoot).ToText()),
            ]);
        }

        private void Keys()
        {
            var text = Text(257);
            LogCase Note(string name, string verdict, object note) => Of("257", $"keys: {name}", verdict).With("checkpoint", Bytes(note));
            var good = LogFolder.Sign(text, 0, 1);
            var own = good.Signatures[0];
            var stranger = new Witness("stranger.example/w");
            var log = SignedNote.Sign(text, LogFolder.Signer);
            var lines = good.ToString();
            var ownLine = lines.Split('\n')[4];
            var encoded = ownLine.Split(' ')[2];
            Cases.AddRange(
            [
                Note("no witness", "invalid", LogFolder.Sign(text)),
                Note("the operator's witness alone", "invalid", LogFolder.Sign(text, 0)),
                Note("outsiders alone", "invalid", LogFolder.Sign(text, 1, 2)),
                Note("all", "valid", LogFolder.Sign(text, 0, 1, 2)),
                Note("the log's own missing", "invalid", SignedNote.Sign(text).With(LogFolder.Witnesses[0].Cosign(text), LogFolder.Witnesses[1].Cosign(text))),
                Note("a stranger too", "valid", good.With(stranger.Cosign(text))),
                Note("a stranger over another text", "valid", good.With(stranger.Cosign("another\n"))),
                Note("a known name under another id", "valid", good.With(own with { KeyId = own.KeyId ^ 1, Signature = [1, 2, 3] })),
                Note("a known id under another name", "valid", good.With(own with { KeyName = "stranger" })),
                Note("a line of the log twice", "valid", lines + ownLine + "\n"),
                Note("a second line of the log that fails", "invalid", good.With(own with { Signature = Flip(own.Signature, 5) })),
                Note("a line of the log that is too long", "invalid", good.With(own with { Signature = [.. own.Signature, 0] })),
                Note("a witness that fails", "invalid", good.With(LogFolder.Witnesses[2].Cosign("another\n"))),
                Note("a witness twice at other times", "valid", good.With(LogFolder.Witnesses[0].Cosign(text, 7))),
                Note("a witness twice is not two", "invalid", log.With(LogFolder.Witnesses[0].Cosign(text, 7), LogFolder.Witnesses[0].Cosign(text, 8))),
                Note("a witness at time 0", "invalid", log.With(LogFolder.Witnesses[0].Cosign(text, 0), LogFolder.Witnesses[1].Cosign(text))),
                Note("a witness at the last time", "valid", log.With(LogFolder.Witnesses[0].Cosign(text, long.MaxValue), LogFolder.Witnesses[1].Cosign(text))),
                Note("a witness after the last time", "invalid", log.With(LogFolder.Witnesses[0].Cosign(text, 1ul << 63), LogFolder.Witnesses[1].Cosign(text))),
                Note("a witness signing plainly", "invalid", log.With(LogFolder.Witnesses[0].SignPlainly(text), LogFolder.Witnesses[1].Cosign(text))),
                Note("a signature without bytes", "invalid", lines + "— name AAAAAA==\n"),
                Note("non-canonical base64 of a stranger", "invalid", lines + "— name AAAAAAB=\n"),
                Note("base64 with a space", "invalid", lines.Replace(encoded, encoded[..10] + " " + encoded[10..], StringComparison.Ordinal)),
                Note("a name with a no-break space", "invalid", lines + "— na\u00A0me AAAAAAA=\n"),
                Note("a name with a byte order mark", "valid", lines + "— na\uFEFFme AAAAAAA=\n"),
                Note("a hyphen for the dash", "invalid", lines.Replace("— ", "- ", StringComparison.Ordinal)),
                Note("sixteen strangers", "valid", good.With([.. Enumerable.Range(0, 16).Select(i => new Witness($"w{i}").Cosign(text))])),
                Note("a hundred and one lines", "invalid", lines + string.Concat(Enumerable.Repeat(ownLine + "\n", 98))),
            ]);
        }

        private void Entries()
        {
            var first = Read("257", "tile/entries/000");
            var entries = EntriesOf(257);
            byte[] Bundle(IEnumerable<byte[]> of) => EntryBundle.Write([.. of.Select(entry => (ReadOnlyMemory<byte>)entry)]);
            LogCase Case(string name, string verdict) => Of("257", $"entries: {name}", verdict);
            Cases.AddRange(
            [
                Case("a byte of one", "invalid").With("tile/entries/000", Flip(first, 3_000)),
                Case("a byte of a length", "invalid").With("tile/entries/000", Flip(first, 1)),
                Case("one removed", "invalid").With("tile/entries/000", Bundle(entries[..100].Concat(entries[101..256]))),
                Case("two swapped", "invalid").With("tile/entries/000", Bundle([.. entries[..100], entries[101], entries[100], .. entries[102..256]])),
                Case("one replaced", "invalid").With("tile/entries/000", Bundle([.. entries[..100], LogFolder.Entry(100, "x"), .. entries[101..256]])),
                Case("one too many", "invalid").With("tile/entries/000", Bundle(entries[..256]).Concat(Bundle(entries[256..])).ToArray()),
                Case("the last of a bundle between cut off", "gap").With("tile/entries/000", Bundle(entries[..255])),
                Case("a bundle between cut within an entry", "invalid").With("tile/entries/000", first[..^10]),
                Case("an empty bundle between", "gap").With("tile/entries/000", Array.Empty<byte>()),
                Case("the last bundle not there", "missing").With("tile/entries/001.p/1", (byte[]?)null),
                Case("the first bundle not there", "gap").With("tile/entries/000", (byte[]?)null),
                Case("no bundle there", "missing").With("tile/entries/000", (byte[]?)null).With("tile/entries/001.p/1", (byte[]?)null),
                Case("the last bundle empty", "missing").With("tile/entries/001.p/1", Array.Empty<byte>()),
                Case("the last bundle as the beginning of a whole one", "valid").With("tile/entries/001.p/1", (byte[]?)null).With("tile/entries/001", Bundle(entries[256..].Concat(Enumerable.Range(257, 255).Select(i => LogFolder.Entry(i))))),
                Of("513", "entries: a bundle and its tile not there", "invalid").With("tile/entries/001", (byte[]?)null).With("tile/0/001", (byte[]?)null),
                Of("513", "entries: the last two bundles not there", "missing").With("tile/entries/001", (byte[]?)null).With("tile/entries/002.p/1", (byte[]?)null),
                Of("65539", "entries: a bundle of many not there", "gap").With("tile/entries/100", (byte[]?)null),
                Write("entries: one that is none, though it was hashed", "no-entry", [.. EntriesOf(2), "{}"u8.ToArray()], "invalid"),
                Write("entries: one with a member less, though it was hashed", "less", [.. EntriesOf(2), Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(LogFolder.Entry(2)).Replace("\"malformed\":null,", "", StringComparison.Ordinal))], "invalid"),
                Write("entries: one of another form, though it was hashed", "other", [.. EntriesOf(2), Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(LogFolder.Entry(2)).Replace("\"v\":1", "\"v\":2", StringComparison.Ordinal))], "invalid"),
            ]);
        }

        // The last of three entries in another form, hashed as it is.
        private void Form()
        {
            var entry = Encoding.UTF8.GetString(LogFolder.Entry(2));
            void Case(string verdict, string name, string text)
            {
                Assert.NotEqual(entry, text);
                Cases.Add(Write($"form: {name}", $"form {name}", [.. EntriesOf(2), Encoding.UTF8.GetBytes(text)], verdict));
            }

            void Replaced(string verdict, string old, params ReadOnlySpan<string> by)
            {
                foreach (var text in by)
                {
                    Case(verdict, $"{old} as {Regex.Replace(text, "[^ -.0-~]", "?")} {Cases.Count}", entry.Replace(old, text, StringComparison.Ordinal));
                }
            }

            void Time(string verdict, string member, params ReadOnlySpan<string> by)
            {
                foreach (var time in by)
                {
                    Case(verdict, $"{member} {time}", Regex.Replace(entry, $"\"{member}\":\"[^\"]*\"", $"\"{member}\":{time}"));
                }
            }

            Case("invalid", "a member more", entry.Replace("}", ",\"more\":1}", StringComparison.Ordinal));
            Case("invalid", "a mark of byte order", "\uFEFF" + entry);
            Case("invalid", "white space before", " " + entry);
            Case("invalid", "white space after", entry + "\n");
            Case("invalid", "white space before the end", entry.Replace("}", " }", StringComparison.Ordinal));
            Case("invalid", "white space before the first member", entry.Replace("{", "{ ", StringComparison.Ordinal));
            Case("invalid", "another after it", entry + "{}");
            Case("invalid", "cut", entry[..^1]);
            Case("invalid", "an escape in the commitment", Regex.Replace(entry, "\"commitment\":\"(.)", match => $"\"commitment\":\"\\u{(int)match.Groups[1].Value[0]:x4}"));
            Replaced("invalid", "\"tenant\":\"acme\"", "\"tenant\":\"globex\",\"tenant\":\"acme\"", "\"tenant\":\"acme\",\"tenant\":\"acme\"", "\"\\u0074enant\":\"acme\"", "\"tenant\": \"acme\"", "\"tenant\" :\"acme\"", "\"tenant\":\"acme\" ", "\"Tenant\":\"acme\"");
            Replaced("invalid", "\"tenant\":\"acme\"", "\"tenant\":7", "\"tenant\":[]", "\"tenant\":true", "\"tenant\":\"\\ud83d\"", "\"tenant\":\"\\ude00\\ud83d\"", "\"tenant\":\"\t\"", "\"tenant\":\"\\x61\"");
            Replaced("valid", "\"tenant\":\"acme\"", "\"tenant\":null", "\"tenant\":\"\"", "\"tenant\":\"\\u0061cm\\u0065\"", "\"tenant\":\"\\ud83d\\uDE00\\/\\n\\\"\"", "\"tenant\":\"\u007F\u2028\U0001F600\"", "\"tenant\":\"}{,:\"");
            Replaced("invalid", "\"tenant\":\"acme\",\"source\":\"policy-service\"", "\"source\":\"policy-service\",\"tenant\":\"acme\"");
            Replaced("invalid", "\"number\":3", "\"number\":3,\"number\":3", "\"number\":4,\"number\":3", "\"number\":3.0", "\"number\":3e0", "\"number\":30E-1", "\"number\":03", "\"number\":+3", "\"number\":-0", "\"number\":\"3\"", "\"number\":9223372036854775808", "\"number\":-9223372036854775809", "\"number\":1e30");
            Replaced("valid", "\"number\":3", "\"number\":null", "\"number\":0", "\"number\":-5", "\"number\":9223372036854775807", "\"number\":-9223372036854775808");
            Replaced("invalid", "\"v\":1", "\"v\":1.0", "\"v\":null", "\"v\":1,\"v\":1", "\"v\":\"1\"");
            foreach (var member in new[] { "occurredAt", "receivedAt" })
            {
                Time("valid", member, "\"2028-02-29T23:59:59.9999999Z\"", "\"0001-01-01T00:00:00.0000000Z\"", "\"9999-12-31T23:59:59.9999999Z\"");
                Time("invalid", member, "\"2026-02-29T00:00:00.0000000Z\"", "\"2026-02-28T24:00:00.0000000Z\"", "\"2026-02-28T23:59:60.0000000Z\"", "\"0000-01-01T00:00:00.0000000Z\"", "\"2026-01-01T00:00:00.000000Z\"", "\"2026-01-01T00:00:00.0000000z\"", "\"2026-01-01T00:00:00.000000\\u0030Z\"", "\"2026-01-01 00:00:00.0000000Z\"");
            }

            Time("valid", "occurredAt", "null");
            Time("invalid", "receivedAt", "null");
        }

        private void Numbers()
        {
            const string policy = "policy-service", access = "access-service";
            void Case(string name, string verdict, params IEnumerable<(string? Source, long? Number, double Second)> entries) =>
                Cases.Add(Write(
                    $"numbers: {name}",
                    $"numbers {name}",
                    [.. entries.Select((one, i) => (LogEntry.Read(LogFolder.Entry(i))! with { Source = one.Source, Number = one.Number, ReceivedAt = DateTimeOffset.UnixEpoch.AddSeconds(1_790_000_000).AddSeconds(one.Second) }).Write()!)],
                    verdict) with { InFull = true });

            Case("all there", "valid; 0 found; 0 in flight; ", (policy, 1, 0), (access, 1, 0), (policy, 2, 1), (access, 2, 900));
            Case("one suppressed", "gap; 1 found; 0 in flight; 1: policy-service number 2 is not in the log.", (policy, 1, 0), (policy, 3, 1), (policy, 4, 302));
            Case("the first suppressed", "gap; 1 found; 0 in flight; 0: region-service number 1 is not in the log.", ("region-service", 2, 0), (null, null, 301));
            Case("two in a row", "gap; 1 found; 0 in flight; 1: audit-service numbers 2 to 3 are not in the log.", ("audit-service", 1, 0), ("audit-service", 4, 1), ("audit-service", 5, 302));
            Case("of two services", "gap; 2 found; 0 in flight; 1: access-service number 1 is not in the log. 0: policy-service numbers 1 to 2 are not in the log.", (policy, 3, 0), (access, 2, 0), (access, 3, 400));
            Case("a late one that fills its place", "valid; 0 found; 0 in flight; ", (policy, 1, 0), (policy, 3, 1), (policy, 2, 900), (policy, 4, 1_800));
            Case("late ones that fill a place in part", "gap; 2 found; 0 in flight; 0: policy-service numbers 1 to 2 are not in the log. 0: policy-service number 4 is not in the log.", (policy, 5, 0), (policy, 3, 900));
            Case("one in flight", "valid; 0 found; 1 in flight; ", (policy, 1, 0), (policy, 3, 1), (access, 1, 301));
            Case("one in flight a moment longer", "gap; 1 found; 0 in flight; 1: policy-service number 2 is not in the log.", (policy, 1, 0), (policy, 3, 1), (access, 1, 301.000_000_1));
            Case("one missed and others in flight", "gap; 1 found; 3 in flight; 1: policy-service number 2 is not in the log.", (policy, 1, 0), (policy, 3, 1), (policy, 7, 600));
            Case("one missed by the time of an entry before the last", "gap; 1 found; 0 in flight; 0: policy-service number 1 is not in the log.", (policy, 2, 0), (null, null, 400), (policy, 3, 100));
            Case("a repeated one", "invalid; 1 found; 0 in flight; 2: Entry 2: policy-service number 1 was there before.", (policy, 1, 0), (policy, 2, 0), (policy, 1, 1));
            Case("the newest repeated", "invalid; 2 found; 0 in flight; 1: Entry 1: policy-service number 1 was there before. 2: Entry 2: policy-service number 1 was there before.", (policy, 1, 0), (policy, 1, 0), (policy, 1, 1));
            Case("a late one repeated, another missed", "invalid; 2 found; 0 in flight; 0: policy-service number 1 is not in the log. 2: Entry 2: policy-service number 2 was there before.", (policy, 3, 0), (policy, 2, 0), (policy, 2, 900));
            Case("the same of two services", "valid; 0 found; 0 in flight; ", (policy, 1, 0), (access, 1, 0), (policy, 2, 900), (access, 2, 900));
            Case("wild ones of others", "valid; 0 found; 0 in flight; ", ("platform-service", 7, 0), ("platform-service", 7, 0), ("platform-service", long.MaxValue, 0), ("Policy-service", 9, 0), ("operator", long.MinValue, 0), ("__proto__", 5, 0), ("", 5, 0), (null, 5, 0), ("platform-service", 1, 900));
            Case("none of a service", "valid; 0 found; 0 in flight; ", (policy, null, 0), (policy, 0, 0), (policy, -3, 0), (policy, -3, 0), (policy, long.MaxValue, 0), (policy, long.MaxValue, 0), (policy, 1, 900));
            Case("the largest ones missed", "gap; 1 found; 0 in flight; 0: policy-service numbers 1 to 9223372036854775805 are not in the log.", (policy, long.MaxValue - 1, 0), (null, null, 900));
            Case("more than are remembered", "gap; 10000 found; 0 in flight; 0: policy-service numbers 2 to 41 are not all in the log. 21: policy-service number 43 is not in the log. 22: policy-service number 45 is not in the log.",
                [.. Enumerable.Range(1, 10_020).Select(i => ((string?)policy, (long?)2 * i, 0d)), (policy, 1, 1), (policy, 1, 1), (policy, 4, 1), (null, null, 900)]);
            Case("more repeated than are told", "invalid; 300 found; 0 in flight; 1: Entry 1: policy-service number 1 was there before. 2: Entry 2: policy-service number 1 was there before. 3: Entry 3: policy-service number 1 was there before.",
                Enumerable.Repeat(((string?)policy, (long?)1, 0d), 301));
            var escaped = Encoding.UTF8.GetString(LogFolder.Entry(1)).Replace("\"policy-service\",\"number\":2", "\"policy-servic\\u0065\",\"number\":1", StringComparison.Ordinal);
            Cases.Add(Write("numbers: a repeated one of an escaped source", "numbers escaped", [LogFolder.Entry(0), Encoding.UTF8.GetBytes(escaped)], "invalid; 1 found; 0 in flight; 1: Entry 1: policy-service number 1 was there before.") with { InFull = true });
            var random = new Random(7);
            for (var round = 0; round < 40; round++)
            {
                var second = 0;
                var entries = Enumerable.Range(0, random.Next(2, 40)).Select(_ => ((string?)(random.Next(3) == 0 ? access : policy), (long?)random.NextInt64(1, 25), (double)(second += random.Next(-20, 60)))).ToList();
                Case($"in any order {round}", Told(entries), entries);
            }
        }

        // The rule over a list of all of them.
        private static string Told(List<(string? Source, long? Number, double Second)> entries)
        {
            var findings = new List<string>();
            var (newest, inFlight) = (entries.Max(entry => entry.Second), 0L);
            foreach (var source in entries.Select(entry => entry.Source).Distinct().Order(StringComparer.Ordinal))
            {
                bool IsThere(long number) => entries.Any(entry => entry.Source == source && entry.Number == number);
                var largest = entries.Where(entry => entry.Source == source).Max(entry => entry.Number);
                for (long first = 1, last; first < largest; first = last + 1)
                {
                    last = first;
                    if (IsThere(first))
                    {
                        continue;
                    }

                    while (!IsThere(last + 1))
                    {
                        last++;
                    }

                    var later = entries.FindIndex(entry => entry.Source == source && entry.Number > last);
                    if (newest - entries[later].Second > 300)
                    {
                        findings.Add($"{later}: {source} number{(first == last ? $" {first} is" : $"s {first} to {last} are")} not in the log.");
                    }
                    else
                    {
                        inFlight += last - first + 1;
                    }
                }
            }

            var missing = findings.Count;
            findings.AddRange(entries.Index().Where(one => entries.FindIndex(entry => entry.Source == one.Item.Source && entry.Number == one.Item.Number) < one.Index).Select(one => $"{one.Index}: Entry {one.Index}: {one.Item.Source} number {one.Item.Number} was there before."));
            return $"{(findings.Count > missing ? "invalid" : missing > 0 ? "gap" : "valid")}; {findings.Count} found; {inFlight} in flight; {string.Join(' ', findings.Take(3))}";
        }

        private void Tiles()
        {
            LogCase Case(string name, string verdict, string folder = "257") => Of(folder, $"tiles: {name}", verdict);
            var leaves = Read("257", "tile/0/000");
            Cases.AddRange(
            [
                Case("a leaf", "invalid").With("tile/0/000", Flip(leaves, 4_000)),
                Case("cut", "invalid").With("tile/0/000", leaves[..^32]),
                Case("not there", "invalid").With("tile/0/000", (byte[]?)null),
                Case("the incomplete one not there", "invalid").With("tile/0/001.p/1", (byte[]?)null),
                Case("the incomplete one too long", "invalid").With("tile/0/001.p/1", [.. Read("257", "tile/0/001.p/1"), .. new byte[32]]),
                Case("the incomplete one as the beginning of a whole one", "valid").With("tile/0/001.p/1", (byte[]?)null).With("tile/0/001", [.. Read("257", "tile/0/001.p/1"), .. new byte[255 * 32]]),
                Case("of roots not there", "invalid").With("tile/1/000.p/1", (byte[]?)null),
                Case("of roots changed", "invalid", "65539").With("tile/1/000", Flip(Read("65539", "tile/1/000"), 8_191, 7)),
                Case("of no use is not read", "valid").With("tile/0/002", [1, 2, 3]),
            ]);
        }

        private void Held()
        {
            var fork = EntriesOf(257);
            fork[100] = LogFolder.Entry(100, "x");
            byte[] Note(int size) => Bytes(SignedNote.Sign(Text(size), LogFolder.Signer));
            var forked = Write("held: a fork by itself", "fork", fork);
            Cases.AddRange(
            [
                forked,
                forked with { Name = "held: the same size of another branch", Verdict = "invalid", Held = [Note(257)] },
                forked with { Name = "held: an older one of another branch", Verdict = "invalid", Held = [Note(200)] },
                forked with { Name = "held: an older one from before the fork", Held = [Note(100)] },
                Of("257", "held: older ones", "valid") with { Held = [Note(257), Note(1), Note(256)] },
                Of("257", "held: a newer one", "missing") with { Held = [Note(300)] },
                Of("255", "held: the log rolled back", "missing") with { Held = [Note(257)] },
                Of("0", "held: the log emptied", "missing") with { Held = [Note(1)] },
                Of("257", "held: one by another key", "invalid") with { Held = [Bytes(SignedNote.Sign(Text(100), new NoteSigner(LogFolder.Origin, new byte[32])))] },
                Of("257", "held: no checkpoint", "invalid") with { Held = [Bytes(SignedNote.Sign("text\n", LogFolder.Signer))] },
                Of("257", "held: one whose signature fails", "invalid") with { Held = [Bytes(SignedNote.Sign(Text(100), LogFolder.Signer).ToString().Replace("\n100\n", "\n101\n", StringComparison.Ordinal))] },
            ]);
        }

        private void Policies()
        {
            LogCase Case(string name, string verdict, string policy) => Of("257", $"policy: {name}", verdict).With("policy", policy);
            var log = $"log {LogFolder.Signer.Verifier}\n";
            var witness = $"witness W {LogFolder.Witnesses[0].Verifier}\n";
            Cases.AddRange(
            [
                Case("no quorum asked for", "valid", log + "quorum none\n"),
                Case("tabs, spaces and comments", "valid", $"\t# é\n\n  {log} \t {witness}quorum\tW \n"),
                Case("no log", "invalid", "quorum none\n"),
                Case("another log", "invalid", $"log {new NoteVerifier(LogFolder.Origin, new byte[32])}\nquorum none\n"),
                Case("a witness that did not cosign", "invalid", $"{log}witness R {LogFolder.Witnesses[2].Verifier}\nquorum R\n"),
                Case("two of three", "valid", LogFolder.Policy.Replace("group outsiders any customer regulator", "group two 2 customer regulator operator", StringComparison.Ordinal).Replace("group both all operator outsiders", "", StringComparison.Ordinal).Replace("quorum both", "quorum two", StringComparison.Ordinal)),
                Case("empty", LogCase.NoVerdict, ""),
                Case("no quorum line", LogCase.NoVerdict, log),
                Case("two quorum lines", LogCase.NoVerdict, log + "quorum none\nquorum none\n"),
                Case("no last newline", LogCase.NoVerdict, log + "quorum none"),
                Case("carriage returns", LogCase.NoVerdict, log + "quorum none\r\n"),
                Case("a name not defined yet", LogCase.NoVerdict, log + "quorum W\n" + witness),
                Case("a key of a log twice", LogCase.NoVerdict, log + $"log {new NoteVerifier("renamed", LogFolder.Signer.Verifier.PublicKeyBytes())}\nquorum none\n"),
                Case("a key of a witness twice", LogCase.NoVerdict, log + witness + $"witness V {LogFolder.Witnesses[0].Verifier}\nquorum none\n"),
                Case("a witness's key for the log", LogCase.NoVerdict, $"log {LogFolder.Witnesses[0].Verifier}\nquorum none\n"),
                Case("a group of more than its members", LogCase.NoVerdict, log + witness + "group g 2 W\nquorum none\n"),
                Case("a member of two groups", LogCase.NoVerdict, log + witness + "group g any W\ngroup h any W\nquorum none\n"),
                Case("an unknown word", LogCase.NoVerdict, log + "monitor M\nquorum none\n"),
            ]);
        }

        private byte[] Proof(int index, string folder = "257", int[]? cosigners = null)
        {
            var size = int.Parse(folder, CultureInfo.InvariantCulture);
            var tree = new TileTree(size, (tile, _) => new(Read(folder, tile.ToString())));
            var proof = tree.InclusionProof(index, default).AsTask().GetAwaiter().GetResult();
            return Bytes(new TlogProof(index, proof, LogFolder.Sign(Text(size), cosigners ?? [0, 1])) { Extra = LogFolder.Entry(index) });
        }

        private void Proofs()
        {
            LogCase Case(string name, string verdict, object proof) => Of("257", $"proof: {name}", verdict) with { Kind = "proof", Proof = proof as byte[] ?? Bytes(proof) };
            var good = Encoding.UTF8.GetString(Proof(100));
            var lines = good.Split('\n');
            string Without(int line) => string.Join('\n', lines[..line].Concat(lines[(line + 1)..]));
            Cases.AddRange(
            [
                .. new[] { 0, 1, 255, 256 }.Select(index => Case($"of {index}", "valid", Proof(index))),
                Case("of the only one", "valid", Proof(0, "1")),
                Case("without a quorum", "invalid", Proof(100, "257", [1])),
                .. Enumerable.Range(0, lines.Length).Select(line => Case($"without line {line}", line < lines.Length - 2 ? "invalid" : Without(line) == good ? "valid" : "invalid", Without(line))),
                Case("with a hash more", "invalid", good.Replace("\n\n" + LogFolder.Origin, $"\n{MerkleHash.EmptyRoot.ToBase64()}\n\n{LogFolder.Origin}", StringComparison.Ordinal)),
                Case("of another index", "invalid", good.Replace("index 100", "index 101", StringComparison.Ordinal)),
                Case("a leading zero", "invalid", good.Replace("index 100", "index 0100", StringComparison.Ordinal)),
                Case("an index that does not fit", "invalid", good.Replace("index 100", "index 9223372036854775808", StringComparison.Ordinal)),
                Case("an empty extra", "invalid", good.Replace(lines[1], "extra ", StringComparison.Ordinal)),
                Case("carriage returns", "invalid", good.Replace("\n", "\r\n", StringComparison.Ordinal)),
                Case("another version", "invalid", good.Replace("@v1", "@v2", StringComparison.Ordinal)),
                Case("a leading newline", "invalid", "\n" + good),
                Case("empty", "invalid", ""),
                Case("with a stranger's line", "valid", good + "— name AAAAAAA=\n"),
            ]);
        }

        private void EveryByte()
        {
            // One bit of each byte in turn, so that over the bytes all bits are flipped. A byte of a known key's name or id makes
            // the key unknown, and then the quorum or the log's signature is not there.
            void Mutate(string name, byte[] bytes, int step, Func<byte[], LogCase> make)
            {
                for (var position = 0; position < bytes.Length; position += step)
                {
                    Cases.Add(make(Flip(bytes, position, position % 8)) with { Name = $"every byte: {name} {position}", Verdict = "invalid" });
                }
            }

            var log = Of("3", "", "");
            Mutate("checkpoint", Read("3", "checkpoint"), 1, bytes => log.With("checkpoint", bytes));
            Mutate("entries", Read("3", "tile/entries/000.p/3"), 7, bytes => log.With("tile/entries/000.p/3", bytes));
            Mutate("incomplete tile", Read("3", "tile/0/000.p/3"), 1, bytes => log.With("tile/0/000.p/3", bytes));
            Mutate("tile of roots", Read("257", "tile/1/000.p/1"), 1, bytes => Of("257", "", "").With("tile/1/000.p/1", bytes));
            Mutate("tile", Read("257", "tile/0/000"), 31, bytes => Of("257", "", "").With("tile/0/000", bytes));
            Mutate("proof", Proof(100), 1, bytes => log with { Kind = "proof", Proof = bytes });
        }

        private void Probes()
        {
            var probes = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "merkle-probes.json"))).RootElement;
            foreach (var (kind, numbers) in new[] { ("inclusion", new[] { "leafIdx", "treeSize" }), ("consistency", ["size1", "size2"]) })
            {
                foreach (var probe in probes.GetProperty(kind).EnumerateArray())
                {
                    Cases.Add(new($"probe: {probe.GetProperty("name").GetString()}", probe.GetProperty("wantErr").GetBoolean() ? "false" : "true", "")
                    {
                        Kind = kind,
                        Probe = new
                        {
                            Numbers = numbers.Select(number => probe.GetProperty(number).GetRawText()),
                            Root1 = Hash(probe, "root1"),
                            Root2 = Hash(probe, kind == "inclusion" ? "root" : "root2"),
                            Leaf = Hash(probe, "leafHash"),
                            Proof = probe.GetProperty("proof"),
                        },
                    });
                }
            }
        }

        private static string? Hash(JsonElement probe, string name) => probe.TryGetProperty(name, out var hash) ? hash.GetString() ?? "" : null;
    }
}
