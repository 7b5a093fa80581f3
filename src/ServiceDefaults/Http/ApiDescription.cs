using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace Sovereignty.ServiceDefaults.Http;

/// <summary>What the API description cannot read off a handler.</summary>
public static class ApiDescription
{
    public static RouteHandlerBuilder DescribesPaging(this RouteHandlerBuilder endpoint) => endpoint
        .Describes("cursor", ParameterLocation.Query, required: false, "nextCursor of the page before; left out for the first.")
        .Describes("limit", ParameterLocation.Query, required: false, "How many at most, from 1 to 500; 50 when left out.");

    public static RouteHandlerBuilder DescribesIfMatch(this RouteHandlerBuilder endpoint) => endpoint
        .Describes("If-Match", ParameterLocation.Header, required: true, "The ETag that was read.")
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    private static RouteHandlerBuilder Describes(
        this RouteHandlerBuilder endpoint, string name, ParameterLocation location, bool required, string description) =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = name,
                In = location,
                Required = required,
                Description = description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
            return Task.CompletedTask;
        });
}
