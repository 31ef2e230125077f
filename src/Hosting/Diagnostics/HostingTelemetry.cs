namespace MLNet.GradientTrainers.Hosting;

/// <summary>The names under which OpenTelemetry, or any other listener, finds metrics and traces.</summary>
public static class HostingTelemetry
{
    /// <summary>The meter of all metrics.</summary>
    public const string MeterName = "MLNet.GradientTrainers.Hosting";

    /// <summary>The source of all activities.</summary>
    public const string ActivitySourceName = "MLNet.GradientTrainers.Hosting";
}
