using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Sovereignty.Client;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.DocumentService;

const string Region = "eu-central-1";
var builder = WebApplication.CreateBuilder(args);
var settings = builder.Configuration.GetSection("Sovereignty");
builder.Services.AddSovereignty(options =>
{
    options.Name = "documents";
    options.TenantId = settings["TenantId"] ?? "acme";
    options.Gateway = settings.GetValue<Uri>("Gateway");
    options.Broker = settings.GetValue<Uri>("Broker");

    // In production: a token of your identity provider, by client credentials, kept until shortly before it expires.
    options.Token = _ => ValueTask.FromResult(settings["Token"] ?? throw new InvalidOperationException("Set Sovereignty__Token."));
});
builder.Services.ConfigureHttpJsonOptions(options => ContractJson.Configure(options.SerializerOptions));
builder.Services.AddHealthChecks().AddCheck<GrantsAreFresh>("grants");
var app = builder.Build();
app.MapHealthChecks("/health");

// Where documents lie, in place of a database.
var documents = new ConcurrentDictionary<string, Document>();

// Store nothing before the decision, and nothing against it.
app.MapPost("/documents", async (Document document, SovereigntyClient sovereignty, CancellationToken cancellation) =>
{
    var decision = await sovereignty.SubmitAsync(
        new()
        {
            DataId = document.Id,
            DataType = document.Type,
            Classification = document.Classification,
            OriginCountry = document.OriginCountry,
            PrimaryRegion = Region,
        },
        cancellation);
    if (decision.Outcome is not (DecisionOutcome.Allow or DecisionOutcome.AllowWithObligations))
    {
        return Refused(decision.Code, decision.Message);
    }

    documents[document.Id] = document;
    return Results.Created($"/documents/{document.Id}", decision.Obligations);
});

// Who asks and from where comes from headers here; a real service takes the person from their token.
app.MapGet("/documents/{id}", async (
    string id, [AsParameters] Reader reader, SovereigntyClient sovereignty, CancellationToken cancellation) =>
{
    if (!documents.TryGetValue(id, out var document))
    {
        return Results.NotFound();
    }

    // Answered in this process. A grant with a budget wants the use recorded first.
    var answer = sovereignty.Check(reader.Person, id, reader.Region, reader.Purpose, "read");
    var code = answer.Code == AccessCodes.UseRequired ? (await Record("read")).Code : answer.Code;
    return code == AccessCodes.Granted ? Results.Ok(document) : Refused(code, "No grant covers this.");

    Task<UseAnswer> Record(string action) => sovereignty.UseAsync(
        new(reader.Person, id, reader.Region, reader.Purpose, action, Records: 1, Bytes: Encoding.UTF8.GetByteCount(document.Text), Subjects: 1),
        cancellationToken: cancellation);
});

// An export is recorded each time, before anything leaves.
app.MapPost("/documents/{id}/exports", async (
    string id, [AsParameters] Reader reader, SovereigntyClient sovereignty, CancellationToken cancellation) =>
{
    if (!documents.TryGetValue(id, out var document))
    {
        return Results.NotFound();
    }

    var answer = await sovereignty.UseAsync(
        new(reader.Person, id, reader.Region, reader.Purpose, "export", Records: 1, Bytes: Encoding.UTF8.GetByteCount(document.Text), Subjects: 1),
        cancellationToken: cancellation);
    return answer.Allowed ? Results.Text(JsonSerializer.Serialize(document, ContractJson.Options)) : Refused(answer.Code, "No grant covers this.");
});

await app.RunAsync();

static IResult Refused(string code, string detail) =>
    Results.Problem(detail, statusCode: StatusCodes.Status403Forbidden, extensions: new Dictionary<string, object?> { ["code"] = code });
