using Scalar.AspNetCore;
using Sovereignty.Gateway.Routing;

namespace Sovereignty.Gateway;

internal static class ApiReference
{
    internal const string Page = "/scalar";

    // The gateway describes its own endpoints beside the documents of the services.
    private const string OwnDocument = "/openapi/gateway/{documentName}.json";

    internal static void MapApiReference(this WebApplication app)
    {
        app.MapGet("/", () => Results.Redirect(Page)).AllowAnonymous().ExcludeFromDescription();
        app.MapOpenApi(OwnDocument).AllowAnonymous();
        app.MapScalarApiReference(Page, options =>
        {
            options.WithTitle("Sovereignty")
                .WithOpenApiRoutePattern("/openapi/{documentName}.json")
                .AddServer("/")
                .AddPreferredSecuritySchemes("bearer")
                .DisableDefaultFonts()
                .DisableTelemetry()
                .DisableAgent()
                .DisableMcp();
            options.ShowDeveloperTools = DeveloperToolsVisibility.Never;
            options.HideClientButton = true;
            foreach (var document in RouteTable.Documents)
            {
                options.AddDocument(document.Name, document.Title);
            }

            options.AddDocument("v1", "Decision proofs", OwnDocument);
        }).AllowAnonymous();
    }
}
