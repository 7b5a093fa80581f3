using Sovereignty.Witness;

await using var app = WitnessHost.Build(args);
await app.RunAsync();
