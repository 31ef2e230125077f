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
    internal DivergenceException(string what, int epoch, int batch, int batches, double learningRate, double loss, bool updated, double? usableRate, Magnitudes? numbers)
        : base(Describe(what, epoch, batch, batches, learningRate) + Advise(learningRate, updated, usableRate, numbers))
    {
        SuggestedLearningRate = usableRate ?? (updated ? learningRate / 10 : null);
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

    private static string Describe(string what, int epoch, int batch, int batches, double learningRate) => string.Create(
        CultureInfo.InvariantCulture,
        $"Training diverged: {what} in epoch {epoch}, batch {batch} of {batches}, at learning rate {learningRate:G6}. ");

    private static string Advise(double learningRate, bool updated, double? usableRate, Magnitudes? numbers)
    {
        string cause = numbers?.Cause ?? "";
        if (usableRate is { } usable)
        {
            return string.Create(CultureInfo.InvariantCulture, $"The learning rate is too large for this data, which allows {usable:G3}.{numbers?.ForLargerRates}");
        }

        if (!updated)
        {
            return "No weight had been updated yet, so the numbers are too large to begin with"
                + (cause.Length > 0 ? $". {cause}" : ": normalise the features and the targets (mean 0, standard deviation 1), or start from smaller weights.");
        }

        return cause.Length > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{cause} A lower learning rate may do, too, for example {learningRate / 10:G6}.")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"The learning rate is the likely cause: try a lower one, for example {learningRate / 10:G6}. If that does not help, normalise the features (mean 0, standard deviation 1) or clip the gradients ({nameof(TrainingOptions.ClipNorm)} = 1).");
    }
}
