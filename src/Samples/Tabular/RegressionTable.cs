namespace MLNet.GradientTrainers.Samples.Tabular;

/// <summary>What a regression learns from: rows of features and a number to predict.</summary>
/// <param name="Source">Where the rows come from, for headings and figures.</param>
/// <param name="FeatureNames">The features' names.</param>
/// <param name="LabelName">The label's name.</param>
/// <param name="Features">One array a row, an element for each feature.</param>
/// <param name="Labels">One number a row.</param>
internal sealed record RegressionTable(string Source, IReadOnlyList<string> FeatureNames, string LabelName, double[][] Features, double[] Labels)
{
    /// <summary>Number of rows.</summary>
    public int Count => Labels.Length;

    /// <summary>Number of features.</summary>
    public int Width => FeatureNames.Count;

    /// <summary>The points (1, 2), (2, 4), (3, 6) of y = 2·x.</summary>
    public static RegressionTable ThreePoints { get; } = new("(1, 2), (2, 4), (3, 6)", ["x"], "y", [[1], [2], [3]], [2, 4, 6]);

    /// <summary>The values of a feature.</summary>
    public double[] Column(int feature = 0) => [.. Features.Select(row => row[feature])];

    /// <summary>The points of a feature and the label.</summary>
    public (double X, double Y)[] Points(int feature = 0) => [.. Features.Zip(Labels, (x, y) => (x[feature], y))];

    /// <summary>The mean squared error of predictions.</summary>
    public double MeanSquaredError(Func<double[], double> predict) => Features.Zip(Labels, (x, y) => predict(x) - y).Average(error => error * error);

    /// <summary>R² of predictions, 1 − Σ(ŷ − y)²/Σ(ȳ − y)², in double: ML.NET's own is 1 where squares of labels are more than a Single holds. Null where all labels are the same.</summary>
    public double? RSquared(Func<double[], double> predict)
    {
        if (Labels.Min() == Labels.Max())
        {
            return null;
        }

        double mean = Labels.Average();
        return 1 - (MeanSquaredError(predict) / Labels.Average(y => (y - mean) * (y - mean)));
    }
}
