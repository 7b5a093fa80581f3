using Scalar.AspNetCore;
using Sovereignty.Gateway.Routing;

namespace Sovereignty.Gateway;

internal static class ApiReference
{
    internal const string Page = "/scalar";

    internal static void MapApiReference(this WebApplication app)
    {
        app.MapGet("/", () => Results.Redirect(Page)).AllowAnonymous().ExcludeFromDescription();
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
        }).AllowAnonymous();
    }
}
