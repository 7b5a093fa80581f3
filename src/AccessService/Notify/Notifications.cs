using Sovereignty.Messaging;

namespace Sovereignty.AccessService.Notify;

/// <summary>Notifications are there where a master key is set.</summary>
internal static class Notifications
{
    private const string Queue = "access.notifications";

    public static void AddNotifications(this MessagingBuilder messaging)
    {
        if (NotifyOptions.Of(messaging.Configuration).IsEnabled)
        {
            messaging.AddConsumer<BuildNotifications>(Queue, onlyFrom: Service.Name);
        }
    }

    public static void AddNotifications(this WebApplicationBuilder builder)
    {
        var options = NotifyOptions.Of(builder.Configuration);
        if (options.IsEnabled)
        {
            builder.Services.AddSingleton(options);
            builder.Services.AddSingleton(WebhookSecrets.Parse(options.MasterKey));
            builder.Services.AddSingleton<WebhookClient>();
            builder.Services.AddHostedService<DeliverNotifications>();
        }
    }
}
