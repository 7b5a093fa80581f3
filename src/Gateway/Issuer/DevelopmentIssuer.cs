using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Sovereignty.Gateway.Limits;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sovereignty.Gateway.Issuer;

/// <summary>
/// An identity provider for local running: seeded people, one password, tokens signed with a key of this checkout.
/// No accounts, no database, so OpenIddict runs in its degraded mode.
/// </summary>
internal static class DevelopmentIssuer
{
    internal const string TokenPath = "/connect/token";

    internal static void AddDevelopmentIssuer(this WebApplicationBuilder builder)
    {
        var options = IssuerOptions.From(builder.Configuration);
        if (!options.IsOn)
        {
            return;
        }

        options.Check(builder.Environment);
        var key = SigningKey.LoadOrCreate(options.KeyFolder!);
        builder.Services.AddSingleton(options);

        builder.Services.AddOpenIddict().AddServer(server =>
        {
            server.EnableDegradedMode();
            server.SetIssuer(options.Url!);
            server.SetTokenEndpointUris(TokenPath);
            server.AllowPasswordFlow();
            server.AllowClientCredentialsFlow();
            server.AcceptAnonymousClients();
            server.DisableAccessTokenEncryption();
            server.AddEphemeralEncryptionKey();
            server.AddSigningKey(key);
            server.UseAspNetCore().EnableTokenEndpointPassthrough();
            server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(context => CheckClient(context, options)));
        });

        // The gateway checks its own tokens without asking itself over the network.
        builder.Services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, bearer =>
        {
            var own = new OpenIdConnectConfiguration { Issuer = options.Url!.AbsoluteUri };
            own.SigningKeys.Add(key);
            bearer.Configuration = own;
            bearer.ConfigurationManager = new StaticConfigurationManager<OpenIdConnectConfiguration>(own);
            bearer.TokenValidationParameters.ValidIssuer = own.Issuer;
            bearer.TokenValidationParameters.IssuerSigningKey = key;
        });
    }

    internal static void MapDevelopmentIssuer(this WebApplication app)
    {
        if (app.Services.GetService<IssuerOptions>() is not null)
        {
            app.MapPost(TokenPath, TokenEndpoint.Issue).AllowAnonymous().ExcludeFromDescription();
        }
    }

    private static ValueTask CheckClient(ValidateTokenRequestContext context, IssuerOptions options)
    {
        if (context.Request.GrantType == GrantTypes.ClientCredentials &&
            (context.ClientId != People.PlatformService.Subject || !TokenEndpoint.IsPassword(context.ClientSecret, options)))
        {
            context.Reject(Errors.InvalidClient,
                $"The one client is {People.PlatformService.Subject}; its secret is the password of this checkout (Issuer__Password).");
        }

        return default;
    }
}
