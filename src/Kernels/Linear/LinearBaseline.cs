namespace MLNet.GradientTrainers.Kernels;

/// <summary>Rows of some data, and the loops over them.</summary>
internal sealed record LinearRowSet(LinearKernel Kernel, LinearData Data, int[] Rows);

/// <summary>Compares a linear model with the best constant, on some of the rows that its run measured.</summary>
internal static class LinearBaseline
{
    private static readonly RootMeanSquaredError s_metric = new();

    /// <summary>The comparison; null when the targets do not vary, or no row counts.</summary>
    /// <param name="options">The run's options.</param>
    /// <param name="model">Its end.</param>
    /// <param name="start">Its start, whose bias is the only constant that a run without an intercept can give.</param>
    /// <param name="training">The rows that tell the constant.</param>
    /// <param name="validation">The validation rows, or null.</param>
    public static BaselineComparison? Compare(LinearOptions options, LinearModel model, LinearModel start, LinearRowSet training, LinearRowSet? validation)
    {
        int[] sample = Sample(training.Rows);
        double[] targets = Array.ConvertAll(sample, row => training.Data.Targets[row]);
        double[] weights = Array.ConvertAll(sample, row => training.Data.Weights?[row] ?? 1);
        if (!BestConstant.Varies(targets, weights) || BestConstant.Output(options.Loss, targets, weights) is not { } best)
        {
            return null;
        }

        bool isValidation = validation?.Rows.Length >= BaselineComparison.FewestValidationRows;
        LinearRowSet measured = isValidation ? validation! : training;
        double[] parameters = [.. model.Weights, model.Bias];
        double[] constant = new double[parameters.Length];
        constant[^1] = options.FitIntercept ? best : start.Bias;
        LossSums modelSums = default;
        LossSums constantSums = default;
        PairedDifferences differences = default;
        double weight = 0;
        foreach (int row in isValidation ? Sample(measured.Rows) : sample)
        {
            LinearSums ofModel = measured.Kernel.Measure([row], parameters);
            LinearSums ofConstant = measured.Kernel.Measure([row], constant);
            modelSums.Add(ofModel.Loss, ofModel.Weight, ofModel.Squares);
            constantSums.Add(ofConstant.Loss, ofConstant.Weight, ofConstant.Squares);
            differences.Add(ofModel.Loss, ofConstant.Loss);
            weight += ofModel.Weight;
        }

        bool isConstant = !parameters.AsSpan(0, parameters.Length - 1).ContainsAnyExcept(0.0);
        return weight > 0 ? BaselineComparison.Of(options.Loss, s_metric, 1, isValidation, modelSums, constantSums, differences, isConstant) : null;
    }

    private static int[] Sample(int[] rows) => Array.ConvertAll(RowSample.Draw(rows.Length, BaselineComparison.MostRows), i => rows[i]);
}
