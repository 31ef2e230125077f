using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.Figures;

namespace MLNet.GradientTrainers.Samples.Curves;

/// <summary>
/// A descent on f(x, y) = x² − y² + y⁴/2 that starts almost on the ridge. The gradient leads it to the saddle point at (0, 0), where it vanishes though there is no minimum.
/// </summary>
/// <param name="Name">What kind of descent.</param>
/// <param name="Color">Its colour in the figure.</param>
/// <param name="Result">Where it went.</param>
internal sealed record SaddleDescent(string Name, string Color, MinimizerResult Result)
{
    /// <summary>The function as text.</summary>
    public const string Formula = "f(x, y) = x² − y² + y⁴/2";

    /// <summary>What all descents share, as text.</summary>
    public const string Setting = "300 steps at rate 0.01 from (1.2, 0.000001)";

    private const int Steps = 300;
    private const double Rate = 0.01;

    private static readonly double[] Start = [1.2, 1e-6];

    /// <summary>Plain descent, descent with noise in the gradient, and descent with momentum.</summary>
    public static IReadOnlyList<SaddleDescent> All(CancellationToken cancellation) =>
    [
        new("plain", Theme.Red, Run(0, 0, cancellation)),
        new("noisy", Theme.Orange, Run(0, 0.3, cancellation)),
        new("momentum 0.9", Theme.Green, Run(0.9, 0, cancellation)),
    ];

    /// <summary>Draws the paths over the surface.</summary>
    public static void Draw(IReadOnlyList<SaddleDescent> descents, string path) => new SurfaceChart(
        new ChartFrame("Descents near a saddle point", $"{Formula} · {Setting}", "x", "y"),
        "f",
        (x, y) => (x * x) - (y * y) + (y * y * y * y / 2),
        (-1.1, 1.5),
        (-1.5, 1.5),
        [
            .. descents.Reverse().Select(d => new Series(d.Name, [.. d.Result.History.Select(step => (step.Point[0], step.Point[1]))], d.Color)),
            .. descents.Reverse().Select(d => new Series("", [(d.Result.Point[0], d.Result.Point[1])], d.Color, SeriesStyle.Points)),
        ]).Save(path);

    private static MinimizerResult Run(double momentum, double noise, CancellationToken cancellation) => Minimizer.Minimize(
        p => (p[0] * p[0]) - (p[1] * p[1]) + (p[1] * p[1] * p[1] * p[1] / 2),
        Start,
        new Sgd { LearningRate = Rate, Momentum = momentum },
        new MinimizerOptions { MaxSteps = Steps, GradientNoise = noise, NoiseSteps = Steps, Seed = 1, Tolerance = 0, CancellationToken = cancellation });
}
