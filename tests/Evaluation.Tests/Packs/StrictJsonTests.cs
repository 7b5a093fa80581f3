using System.Text;
using Sovereignty.Evaluation.Packs;

namespace Sovereignty.Evaluation.Tests.Packs;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("{ \"name\": \"x\", ", "", 1, 16)]
    [InlineData("{\n  \"name\": \"x\"\n  \"title\": \"y\"\n}", "", 3, 3)]
    [InlineData("{\n \"name\": \"x\",\n \"name\": \"y\" }", "/name", 3, 2)]
    [InlineData("{\"title\":\"Ünïcödé\",\"nam\":1}", "/nam", 1, 20)]
    [InlineData("{\n\t\"facts\": [\n\t\t{ \"id\": \"a\", \"kind\": \"b\" }\n\t]\n}", "/facts/0/instrument", 3, 3)]
    [InlineData("{\"policies\":[null]}", "/policies/0", 1, 14)]
    [InlineData("{\"policies\":null}", "/policies", 1, 2)]
    [InlineData("{\"facts\":[{\"id\":\"a\",\"kind\":\"b\",\"instrument\":null}]}", "/facts/0/instrument", 1, 32)]
    [InlineData("{\"a/b~c\":1}", "/a~1b~0c", 1, 2)]
    [InlineData("[]", "", 1, 1)]
    [InlineData("", "", 1, 1)]
    [InlineData("{} // done", "", 1, 4)]
    [InlineData("{\"name\":\"\\ud800\"}", "/name", 1, 2)]
    [InlineData("{\"\\ud800\":1}", "", 1, 1)]
    public void A_fault_has_its_pointer_line_and_column(string file, string place, int line, int column)
    {
        var fault = Assert.Single(StrictJson<PolicyFile>.Read(Encoding.UTF8.GetBytes(file)).Faults);

        Assert.Equal((place, new FilePosition(line, column)), (fault.Place, fault.Position));
    }

    [Fact]
    public void All_faults_of_form_are_told_at_once()
    {
        var read = StrictJson<PolicyFile>.Read("""
            {
              "policies": [ { "mode": "regionl", "parameters": { "grop": "EEA" }, "validFrom": "today" } ],
              "facts": [ { "id": 7, "kind": "localisation", "instrument": "i", "validFrom": "2026-02-30" } ],
              "rules": [ { "level": "content", "longestAccess": "P1D", "obligations": { "encryption": 2 } } ]
            }
            """u8);

        Assert.Null(read.Value);
        Assert.Equal(
            [
                "/policies/0/mode", "/policies/0/parameters/grop", "/policies/0/validFrom",
                "/facts/0/id", "/facts/0/validFrom",
                "/rules/0/obligations/encryption", "/rules/0/obligations/auditLog", "/rules/0/obligations/retention", "/rules/0/obligations/personalData", "/rules/0/obligations/crossBorder",
            ],
            read.Faults.Select(fault => fault.Place));
        Assert.Equal("is none of single-country, regional, hybrid, fully-sovereign, client-owned.", read.Faults[0].Message);
    }

    [Fact]
    public void A_file_that_is_not_text_is_refused_as_such()
    {
        Assert.Equal("The file has bytes that are no text. Save it as UTF-8.", Assert.Single(StrictJson<PolicyFile>.Read([(byte)'{', 0xff, (byte)'}']).Faults).Message);
    }

    [Fact]
    public void A_byte_order_mark_is_no_fault()
    {
        Assert.Equal("x", StrictJson<PolicyFile>.Read([0xef, 0xbb, 0xbf, .. "{\"name\":\"x\"}"u8]).Value?.Name);
    }

    [Fact]
    public void What_is_not_there_is_found_where_the_nearest_thing_around_it_is()
    {
        var read = StrictJson<PolicyFile>.Read("{\n  \"sources\": [\"a\"]\n}"u8);

        Assert.Equal(new FilePosition(2, 3), read.Find("/sources"));
        Assert.Equal(new FilePosition(2, 15), read.Find("/sources/0"));
        Assert.Equal(new FilePosition(2, 3), read.Find("/sources/4/title"));
        Assert.Equal(new FilePosition(1, 1), read.Find("/policies/0"));
    }
}
