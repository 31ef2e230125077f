using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Training went wrong beyond repair: a number became infinite or NaN, or the loss kept growing. The message says where, and what to try.</summary>
public sealed class DivergenceException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="what">What happened, as the end of "Training diverged: …".</param>
    /// <param name="epoch">Number of the epoch, from 1.</param>
    /// <param name="batch">Number of the batch within it, from 1.</param>
    /// <param name="batches">Batches of an epoch.</param>
    /// <param name="learningRate">The rate of the last update.</param>
    /// <param name="loss">The last loss, or what became of it.</param>
    /// <param name="updated">False when no weight had been updated, so that the learning rate is not to blame.</param>
    /// <param name="usableRate">A rate that the data allows, where it is known.</param>
    public DivergenceException(string what, int epoch, int batch, int batches, double learningRate, double loss, bool updated = true, double? usableRate = null)
        : this(what, epoch, batch, batches, learningRate, loss, updated, usableRate, default)
    {
    }

    /// <summary>Creates the error of a run whose numbers have been looked at.</summary>
    internal DivergenceException(
        string what, int epoch, int batch, int batches, double learningRate, double loss, bool updated, double? usableRate, Magnitudes? numbers, Optimizer? optimizer = null)
        : base(Describe(what, epoch, batch, batches, learningRate) + Advise(learningRate, updated, usableRate, numbers, optimizer))
    {
        SuggestedLearningRate = usableRate is { } usable ? ReadableRate.Down(usable) : updated ? Lower(learningRate, optimizer).Rate : null;
        HasUnnormalizedFeatures = numbers is { Data: Magnitudes.Training, AreUnnormalized: true };
        Epoch = epoch;
        Batch = batch;
        LearningRate = learningRate;
        Loss = loss;
    }

    /// <summary>Creates the error of a run without epochs and batches.</summary>
    internal DivergenceException(string message, int step, double learningRate, double loss, double usableRate)
        : base(message)
    {
        Epoch = step;
        Batch = 1;
        LearningRate = learningRate;
        Loss = loss;
        SuggestedLearningRate = usableRate;
    }

    /// <summary>Creates the error of a caller who knows more to advise: it tells all of the other one, and so takes its place.</summary>
    /// <param name="advice">One or several sentences, to go behind the message.</param>
    /// <param name="exception">The error that is told.</param>
    public DivergenceException(string advice, DivergenceException exception)
        : base($"{exception.Message} {advice}")
    {
        Epoch = exception.Epoch;
        Batch = exception.Batch;
        LearningRate = exception.LearningRate;
        Loss = exception.Loss;
        SuggestedLearningRate = exception.SuggestedLearningRate;
        HasUnnormalizedFeatures = exception.HasUnnormalizedFeatures;
    }

    /// <summary>Number of the epoch, from 1; for a <see cref="Minimizer"/> of the step.</summary>
    public int Epoch { get; }

    /// <summary>Number of the batch within the epoch, from 1.</summary>
    public int Batch { get; }

    /// <summary>The rate of the last update.</summary>
    public double LearningRate { get; }

    /// <summary>The loss that gave it away: of the batch, the epoch or the validation data.</summary>
    public double Loss { get; }

    /// <summary>The rate that the message names; null when the rate is not to blame.</summary>
    public double? SuggestedLearningRate { get; }

    /// <summary>Whether features of the training data are larger than normalised ones: the root mean square of one of them is above 1.5.</summary>
    public bool HasUnnormalizedFeatures { get; }

    private static string Describe(string what, int epoch, int batch, int batches, double learningRate) => string.Create(
        CultureInfo.InvariantCulture,
        $"Training diverged: {what} in epoch {epoch}, batch {batch} of {batches}, at learning rate {learningRate:G6}. ");

    private static string Advise(double learningRate, bool updated, double? usableRate, Magnitudes? numbers, Optimizer? optimizer)
    {
        string cause = numbers?.Cause ?? "";
        bool normalize = numbers is null or { AreUnnormalized: true };
        if (usableRate is { } usable)
        {
            return string.Create(CultureInfo.InvariantCulture, $"The learning rate is too large for this data, which allows {ReadableRate.Down(usable):G3}.{numbers?.ForLargerRates}");
        }

        if (!updated)
        {
            return "No weight had been updated yet, so the numbers are too large to begin with"
                + (cause.Length > 0 ? $". {cause}" : $": normalise {(normalize ? "the features and " : "")}the targets (mean 0, standard deviation 1), or start from smaller weights.");
        }

        string lower = Lower(learningRate, optimizer).Text;
        return cause.Length > 0
            ? $"{cause} A lower learning rate may do, too: {lower}."
            : $"The learning rate is the likely cause: {lower}. If that does not help, {(normalize ? "normalise the features (mean 0, standard deviation 1) or " : "")}clip the gradients ({nameof(TrainingOptions.ClipNorm)} = 1).";
    }

    /// <summary>The default of the optimizer, where the rate is above it: a tenth of one that is far too large may train no better, and no longer diverge.</summary>
    private static (double Rate, string Text) Lower(double learningRate, Optimizer? optimizer)
    {
        const string Finder = $"or what a {nameof(LearningRateFinder)} suggests";
        double usual = optimizer is null ? double.PositiveInfinity : Optimizers.DefaultLearningRate(optimizer);
        return learningRate > usual
            ? (usual, string.Create(CultureInfo.InvariantCulture, $"try {usual:G6}, the default of {optimizer!.Name}, {Finder}"))
            : (learningRate / 10, string.Create(CultureInfo.InvariantCulture, $"try a lower one, for example {learningRate / 10:G6}, {Finder}"));
    }
}
