namespace Sovereignty.DocumentService;

internal sealed record Document(string Id, string Type, string Classification, string? OriginCountry, string Text);
