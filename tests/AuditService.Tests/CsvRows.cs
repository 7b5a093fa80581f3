using Microsoft.VisualBasic.FileIO;

namespace Sovereignty.AuditService.Tests;

/// <summary>A CSV as another program reads it: each row by its header, line ends within fields as LF.</summary>
internal static class CsvRows
{
    public static List<Dictionary<string, string>> Of(string csv)
    {
        using var parser = new TextFieldParser(new StringReader(csv)) { Delimiters = [","], HasFieldsEnclosedInQuotes = true, TrimWhiteSpace = false };
        var header = parser.ReadFields()!;
        var rows = new List<Dictionary<string, string>>();
        while (!parser.EndOfData)
        {
            rows.Add(header.Zip(parser.ReadFields()!).ToDictionary(field => field.First, field => field.Second.ReplaceLineEndings("\n")));
        }

        return rows;
    }
}
