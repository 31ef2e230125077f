using System.Diagnostics;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>Activities of the source <see cref="HostingTelemetry.ActivitySourceName"/>. None is made where nobody listens.</summary>
internal static class HostingActivities
{
    public const string Model = "mlnet.model.name";
    public const string Version = "mlnet.model.version";
    public const string Outcome = "mlnet.model.reload.outcome";
    public const string BatchSize = "mlnet.model.batch.size";

    public static ActivitySource Source { get; } = new(HostingTelemetry.ActivitySourceName);

    public static Activity? StartReload(string model) => Source.StartActivity("mlnet.model.reload")?.SetTag(Model, model);

    /// <summary>A batch belongs to several requests, and to no single one's trace: it begins a trace of its own.</summary>
    public static Activity? StartBatch(string model, int rows) =>
        Source.HasListeners() ? Source.StartActivity("mlnet.model.batch", ActivityKind.Internal, default(ActivityContext))?.SetTag(Model, model).SetTag(BatchSize, rows) : null;
}
