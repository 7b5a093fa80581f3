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
            document.Security = [new() { [new("bearer", document)] = [] }];
            return Task.CompletedTask;
        });
    }
}
