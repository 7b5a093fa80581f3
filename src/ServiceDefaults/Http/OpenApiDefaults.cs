using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.OpenApi;

namespace Sovereignty.ServiceDefaults.Http;

internal static class OpenApiDefaults
{
    public static void Configure(OpenApiOptions options)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, context, _) =>
        {
            document.Info.Title = $"Sovereignty: {context.ApplicationServices.GetRequiredService<IHostEnvironment>().ApplicationName.Split('.')[^1]}";

            // One address for all: the gateway's, where the page is.
            document.Servers = [new() { Url = "/" }];
            document.Components ??= new();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT" };
            MoveOperationsLast(document);
            document.Security = [new() { [new("bearer", document)] = [] }];
            return Task.CompletedTask;
        });
    }

    // What a service is for comes first; error queues are for operators.
    private static void MoveOperationsLast(OpenApiDocument document)
    {
        var paths = new OpenApiPaths();
        foreach (var (path, item) in document.Paths.OrderBy(entry => entry.Key.StartsWith("/operations/", StringComparison.Ordinal)))
        {
            paths.Add(path, item);
        }

        document.Paths = paths;
        document.Tags = document.Tags?.OrderBy(tag => tag.Name == "Operations").ToHashSet();
    }
}
