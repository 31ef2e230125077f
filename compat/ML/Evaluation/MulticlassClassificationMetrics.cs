namespace Microsoft.ML.Data;

/// <summary>What <see cref="MulticlassClassificationCatalog.Evaluate"/> measures.</summary>
public sealed class MulticlassClassificationMetrics
{
    /// <summary>Mean −log of the probability given to the true class.</summary>
    public double LogLoss { get; }

    /// <summary>(prior log-loss − log-loss) / prior log-loss, where the prior is the frequency of each class in the data.</summary>
    public double LogLossReduction { get; }

    /// <summary>Mean over the classes that occur of the accuracy within the class.</summary>
    public double MacroAccuracy { get; }

    /// <summary>Share of the rows whose highest score is that of the true class.</summary>
    public double MicroAccuracy { get; }

    /// <summary>Share of the rows whose true class is among the <see cref="TopKPredictionCount"/> highest scores; 0 when not asked for.</summary>
    public double TopKAccuracy => TopKAccuracyForAllK == null ? 0 : TopKAccuracyForAllK[^1];

    /// <summary>The K of <see cref="TopKAccuracy"/>; 0 when not asked for.</summary>
    public int TopKPredictionCount { get; }

    /// <summary>Top-K accuracy for K = 1 … <see cref="TopKPredictionCount"/>; null when not asked for.</summary>
    public IReadOnlyList<double> TopKAccuracyForAllK { get; }

    /// <summary>Mean log-loss over the rows of each class; 0 for a class without rows.</summary>
    public IReadOnlyList<double> PerClassLogLoss { get; }

    /// <summary>Counts of true against predicted classes.</summary>
    public ConfusionMatrix ConfusionMatrix { get; }

    internal MulticlassClassificationMetrics(double microAccuracy, double macroAccuracy, double logLoss, double logLossReduction,
        double[] topKAccuracies, double[] perClassLogLoss, ConfusionMatrix confusionMatrix)
    {
        MicroAccuracy = microAccuracy;
        MacroAccuracy = macroAccuracy;
        LogLoss = logLoss;
        LogLossReduction = logLossReduction;
        TopKPredictionCount = topKAccuracies?.Length ?? 0;
        TopKAccuracyForAllK = topKAccuracies;
        PerClassLogLoss = perClassLogLoss;
        ConfusionMatrix = confusionMatrix;
    }

    /// <summary>Differences of the numbers; the confusion matrix has no difference and is left out.</summary>
    internal MulticlassClassificationMetrics Minus(MulticlassClassificationMetrics other) => new(
        MicroAccuracy - other.MicroAccuracy,
        MacroAccuracy - other.MacroAccuracy,
        LogLoss - other.LogLoss,
        LogLossReduction - other.LogLossReduction,
        TopKAccuracyForAllK?.Zip(other.TopKAccuracyForAllK, (a, b) => a - b).ToArray(),
        PerClassLogLoss.Zip(other.PerClassLogLoss, (a, b) => a - b).ToArray(),
        null);
}
