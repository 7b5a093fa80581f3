using Sovereignty.Contracts.Residency;
using Sovereignty.Messaging;

namespace Sovereignty.AccessService.Review;

/// <summary>What waits and what was granted is looked at again when what it rests on changes.</summary>
internal static class Reviews
{
    public static void AddReviews(this MessagingBuilder messaging)
    {
        messaging.Sends<ReviewAccesses>(Walker.Queue);
        messaging.AddConsumer<HearPolicyChanges>(HearPolicyChanges.Queue, onlyFrom: "policy-service");
        messaging.AddConsumer<TakeReviews>(TakeReviews.Queue, concurrency: 2, onlyFrom: "policy-service");
        messaging.AddConsumer<HearStanding>(HearStanding.Queue, onlyFrom: Service.Name);
    }

    public static void AddReviews(this WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<Walker>();
        builder.Services.AddScoped<StandingReviews>();
        builder.Services.AddHostedService<ReviewWorker>();
        builder.Services.AddHostedService<AlarmMetrics>();
    }
}
