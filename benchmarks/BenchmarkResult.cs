using System.Globalization;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>A line of the table and of the JSON file.</summary>
internal sealed record BenchmarkResult(string Name, double Ours, double? Peer, string PeerName, string Unit, double? Ratio, double? ShareOfPeak)
{
    public static string Header => $"{"benchmark",-26} {"ours",12} {"peer",12} {"unit",-8} {"ratio",7} {"of peak",8}  peer";

    /// <summary>The line of the table. A method: properties are the fields of the JSON.</summary>
    public string ToRow() => string.Create(
        CultureInfo.InvariantCulture, $"{Name,-26} {Figure(Ours),12} {(Peer is { } p ? Figure(p) : "absent"),12} {Unit,-8} {(Ratio is { } r ? $"{r:F2}" : "-"),7} {(ShareOfPeak is { } s ? $"{s:P0}" : "-"),8}  {PeerName}");

    private static string Figure(double value) => value.ToString(value < 100 ? "G4" : "N0", CultureInfo.InvariantCulture);
}
