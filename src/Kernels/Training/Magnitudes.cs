using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>The largest magnitudes of what a run was given. Looked for only when it has failed: they tell why.</summary>
/// <param name="Data">Which data, for the message: training or validation.</param>
/// <param name="Features">Of the features.</param>
/// <param name="FeatureSize">The largest root mean square of a feature.</param>
/// <param name="Targets">Of the targets.</param>
/// <param name="RowWeights">Of the rows' weights; where only their shares count, beside their mean.</param>
/// <param name="AreShares">Whether only the shares of the rows' weights count: for losses that are means.</param>
/// <param name="Start">Of the weights that the run started from; 0 once they have been updated, as they are not to blame then.</param>
/// <param name="Penalty">The largest penalty and its option's name; 0 before an update, as no penalty has done anything yet.</param>
internal readonly record struct Magnitudes(string Data, double Features, double FeatureSize, double Targets, double RowWeights, bool AreShares, double Start, (string Name, double Size) Penalty)
{
    /// <summary>The data that weights are learned from.</summary>
    public const string Training = "training";

    /// <summary>What is larger than this is worth a word.</summary>
    private const double LargestUsual = 1e4;

    /// <summary>
    /// Features of a root mean square up to here are as good as normalised: standardised ones have 1, those in [−1, 1] and the basis of a polynomial less. Single values tell
    /// nothing: standardised ones may be large.
    /// </summary>
    private const double LargestNormalized = 1.5;

    /// <param name="data">The data of a network.</param>
    /// <param name="options">The run's options.</param>
    /// <param name="what">Which data, for the message.</param>
    /// <param name="start">The weights that the run started from; null once they have been updated.</param>
    public static Magnitudes Of(TrainingData data, DescentOptions options, string what, float[]? start)
    {
        bool shares = options.Loss.Reduction == Reduction.Mean;
        return new Magnitudes(
            what,
            DataChecks.Largest(data.Features),
            DataChecks.LargestRootMeanSquare(data.Features),
            data.Targets is ClassRows ? 1 : DataChecks.Largest(data.Targets),
            data.WeightRows is null ? 1 : DataChecks.Largest(data.WeightRows) / (shares ? data.MeanWeight : 1),
            shares,
            start is null ? 0 : start.Select(weight => (double)Math.Abs(weight)).DefaultIfEmpty().Max(),
            start is null ? options.LargestPenalty : default);
    }

    /// <param name="data">The data of a linear model.</param>
    /// <param name="options">The run's options.</param>
    /// <param name="what">Which data, for the message.</param>
    /// <param name="start">The model that the run started from; null once it has been updated.</param>
    public static Magnitudes Of(LinearData data, DescentOptions options, string what, LinearModel? start)
    {
        bool shares = options.Loss.Reduction == Reduction.Mean;
        return new Magnitudes(
            what,
            data.Features is null ? data.DoubleFeatures!.Max(Math.Abs) : DataChecks.Largest(data.Features),
            data.Features is null ? DataChecks.LargestRootMeanSquare(data.DoubleFeatures!, data.Width) : DataChecks.LargestRootMeanSquare(data.Features),
            data.Targets.Max(Math.Abs),
            data.Weights is null ? 1 : data.Weights.Max() / (shares ? data.Weights.Average() : 1),
            shares,
            start is null ? 0 : Math.Max(Math.Abs(start.Bias), start.Weights.ToArray().Select(Math.Abs).DefaultIfEmpty().Max()),
            start is null ? options.LargestPenalty : default);
    }

    /// <summary>Whether a feature is larger than normalised ones are.</summary>
    public bool AreUnnormalized => FeatureSize > LargestNormalized;

    /// <summary>What would allow larger learning rates than the data does: a sentence, or nothing.</summary>
    public string ForLargerRates =>
        (AreUnnormalized ? " Larger ones become usable when the features are normalised (mean 0, standard deviation 1)." : "")
        + (RowWeights > LargestUsual ? $" {OfRowWeights}" : "")
        + (Penalty.Size > LargestUsual ? $" {OfPenalty}" : "");

    /// <summary>What is so large that it is the likely cause, the largest first, and what to do; empty when nothing is.</summary>
    public string Cause
    {
        get
        {
            (double Size, string Text)[] all =
            [
                (Features, Invariant($"The features of the {Data} data are as large as {Features:G3}: normalise them (mean 0, standard deviation 1).")),
                (Targets, Invariant($"The targets (labels) of the {Data} data are as large as {Targets:G3}: standardise them, or give them in a larger unit.")),
                (RowWeights, OfRowWeights),
                (Start, Invariant($"The weights that training starts from are as large as {Start:G3}: start from smaller ones.")),
                (Penalty.Size, OfPenalty),
            ];
            return string.Join(" ", all.Where(part => part.Size > LargestUsual).OrderByDescending(part => part.Size).Select(part => part.Text));
        }
    }

    private string OfRowWeights => AreShares
        ? Invariant($"A row of the {Data} data weighs as much as {RowWeights:G3} average ones: give the rows weights that lie closer together.")
        : Invariant($"The weights of rows of the {Data} data are as large as {RowWeights:G3}: give smaller ones, or take a loss that is a mean.");

    private string OfPenalty => Invariant($"{Penalty.Name} is as large as {Penalty.Size:G3}: give a smaller one.");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
