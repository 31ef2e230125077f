namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Finds a learning rate to name in the error of a run that diverged: for SGD and the squared error what the data's curvature allows, else the best of a tenth of the rate, a
/// hundredth, and so on. It is tried on some rows, and lowered until it trains.
/// </summary>
internal static class UsableRate
{
    private const int MostRows = 4096;
    private const int FewestRows = 64;
    private const int ValuesOfRows = 1 << 20;
    private const long ValuesOfTrial = 1 << 24;
    private const int FewestEpochs = 3;
    private const int Epochs = 100;
    private const int MostTrials = 700;

    /// <summary>For runs longer than a trial, in which Adam and its like may swing up late.</summary>
    private const double Margin = 3;

    public static double Find(LinearKernel kernel, LinearData data, ReadOnlySpan<int> rows, LinearOptions options, LinearModel start)
    {
        // In the order of a run's first epoch: the rows of one that failed are shuffled.
        int[] sample = LearningRateLimit.Sample(OfWeight(data, rows), Math.Clamp(ValuesOfRows / data.Width, FewestRows, MostRows));
        Array.Sort(sample);
        long affordable = ValuesOfTrial / ((long)sample.Length * data.Width);
        LinearOptions trial = options with
        {
            NumberOfEpochs = (int)Math.Clamp(affordable, FewestEpochs, Math.Max(options.Epochs, Epochs)),
            ValidationFraction = 0,
            EarlyStopping = null,
            RecordPath = false,
            OnEpoch = null,
            CancellationToken = default,
        };
        double level = StartingLevel.Of(kernel, sample, start) / (options.Loss.Reduction == Reduction.Sum ? 1 : kernel.Measure(sample, new double[data.Width + 1]).Weight);
        double? ofCurvature = OfCurvature(kernel, data, rows, options, start);
        double rate = ofCurvature ?? options.InitialLearningRate / 10;
        double loss = End(rate);
        if (ofCurvature is not null && loss <= level)
        {
            return rate;
        }

        // Steps of a fixed length may swing round the solution at any height: then a lower rate ends better.
        for (int i = 0; i < MostTrials; i++)
        {
            double lower = End(rate / 10);
            if (loss <= level && lower >= loss)
            {
                break;
            }

            (rate, loss) = (rate / 10, lower);
        }

        return rate / Margin;

        // The mean loss of the second half: a single epoch may be a lucky one.
        double End(double candidate)
        {
            try
            {
                LinearOptions run = trial with { LearningRate = candidate };
                using LinearSession session = new(run, data, [.. sample], null, [], start, isTrial: true);
                var epochs = session.Run().History.Epochs;
                return epochs.Skip(epochs.Count / 2).Average(epoch => epoch.TrainingLoss);
            }
            catch (DivergenceException)
            {
                return double.PositiveInfinity;
            }
        }
    }

    private static int[] OfWeight(LinearData data, ReadOnlySpan<int> rows)
    {
        int[] all = rows.ToArray();
        return data.Weights is { } weights ? Array.FindAll(all, row => weights[row] > 0) : all;
    }

    /// <summary>For the squared error, whose curvature is the same everywhere, and steps that grow with it; else null.</summary>
    private static double? OfCurvature(LinearKernel kernel, LinearData data, ReadOnlySpan<int> rows, LinearOptions options, LinearModel start)
    {
        if (options.Loss is not MeanSquaredError || options.UpdateRule is not Sgd sgd)
        {
            return null;
        }

        // Momentum adds up to 1/(1 − μ) steps; only full batches, whose steps agree, allow more.
        double stable = LearningRateLimit.Estimate(kernel, data, rows, options, start).Recommended * (options.BatchRows >= rows.Length ? 1 : 1 - sgd.Momentum);
        return double.IsFinite(stable) && stable > 0 ? Math.Min(stable, options.InitialLearningRate / 2) : null;
    }
}
