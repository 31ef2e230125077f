using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Samples.Losses;

/// <summary>A loss of one output as a function of that output, for a fixed target.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="Output">What the output is: a number, a logit, a logarithm.</param>
/// <param name="Target">The fixed target.</param>
internal sealed record LossCurve(Loss Loss, string Output, double Target)
{
    /// <summary>The loss's name, and the one setting that is not its default.</summary>
    public string Title => Loss is Quantile quantile ? Format.Text($"{Loss.Name}, τ = {quantile.Tau}") : Loss.Name;

    /// <summary>Each registered loss, with a target that suits it.</summary>
    public static IReadOnlyList<LossCurve> All { get; } = [.. Kernels.Losses.All.Select(Of)];

    /// <summary>Loss and derivative at outputs.</summary>
    public (double Value, double Derivative)[] At(IReadOnlyList<double> outputs)
    {
        // Of two classes the second one has logit 0: the softmax of (z, 0) is that of one logit z.
        double[] row(double output) => Columns == 1 ? [output] : [output, 0];
        double[] target = Columns == 1 ? [Target] : [Target, 1 - Target];
        var (losses, gradients) = Evaluate(Loss, [.. outputs.SelectMany(row)], [.. outputs.SelectMany(_ => target)], outputs.Count);
        return [.. outputs.Select((_, i) => (losses[i], gradients[i * Columns]))];
    }

    /// <summary>The row losses and gradients, by the engine's reference back end in double.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">Rows × outputs.</param>
    /// <param name="targets">Rows × outputs.</param>
    /// <param name="rows">Number of rows.</param>
    public static (double[] Losses, double[] Gradients) Evaluate(Loss loss, double[] predictions, double[] targets, int rows)
    {
        using var backend = new ReferenceBackend<double>();
        Tensor<double> prediction = backend.Allocate(predictions.Length);
        Tensor<double> target = backend.Allocate(targets.Length);
        Tensor<double> gradient = backend.Allocate(predictions.Length);
        Tensor<double> rowLosses = backend.Allocate(rows);
        backend.Write(predictions, prediction);
        backend.Write(targets, target);
        loss.Evaluate(backend, new LossPass<double>(prediction, target, default, rowLosses, gradient, Scale: 1, rows, predictions.Length / rows));

        var losses = new double[rows];
        var gradients = new double[predictions.Length];
        backend.Read(rowLosses, losses);
        backend.Read(gradient, gradients);
        return (losses, gradients);
    }

    private int Columns => Loss.Link == OutputLink.Softmax ? 2 : 1;

    private static LossCurve Of(Loss loss) => loss.Link switch
    {
        OutputLink.Softmax => new(loss, "logit of the right class, of two", 1),
        OutputLink.Sigmoid => new(loss, "logit, target 1", 1),
        OutputLink.Exponential => new(loss, "logarithm of the count, target 3", 3),
        _ => new(loss is Quantile ? new Quantile(0.8) : loss, loss is Quantile ? "prediction − target, τ = 0.8" : "prediction − target", 0),
    };
}
