using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>
/// The mean of −ln p over rows, in nats, where p is the probability that was given to what is true, kept within ε and 1 − ε with ε = 2⁻²³, as scikit-learn's <c>log_loss</c> does for
/// probabilities in single precision. ML.NET's own is infinite where a single p is 0.
/// </summary>
internal static class BinaryLogLoss
{
    private const double Epsilon = 1.0 / (1 << 23);

    /// <param name="scored">Rows with the Boolean column Label and the column Probability.</param>
    public static double Of(IDataView scored) => Of(scored.GetColumn<bool>("Label"), scored.GetColumn<float>("Probability"));

    public static double Of(IEnumerable<bool> labels, IEnumerable<float> probabilities) =>
        labels.Zip(probabilities, (label, probability) => -Math.Log(Math.Clamp(label ? probability : 1.0 - probability, Epsilon, 1 - Epsilon))).Average();
}
