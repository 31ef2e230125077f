namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The loss that a run must not end far above: that of its first weights or, where it is larger, of weights of zero. The growth of a loss can't be told from one or two epochs,
/// and a loss whose slope is bounded never grows without end: then the end gives a rate away that is too large.
/// </summary>
internal static class StartingLevel
{
    /// <summary>What noise, penalties and short runs of unlucky steps leave room for.</summary>
    private const double Factor = 10;

    private const int SampledRows = 1024;

    /// <summary>The sum of the losses of some rows at the level.</summary>
    public static double Of(LinearKernel kernel, ReadOnlySpan<int> rows, LinearModel start) =>
        Math.Max(Loss(kernel, rows, start), Loss(kernel, rows, new LinearModel(new double[start.Weights.Length], 0)));

    /// <summary>The loss at the level for each unit of some rows' weight; 0 where they weigh nothing.</summary>
    public static double PerWeight(LinearKernel kernel, ReadOnlySpan<int> rows, LinearModel start) =>
        kernel.Measure(rows, new double[start.Weights.Length + 1]).Weight is > 0 and double weight ? Of(kernel, rows, start) / weight : 0;

    /// <summary>The sum of the losses of some rows.</summary>
    public static double Loss(LinearKernel kernel, ReadOnlySpan<int> rows, LinearModel model) => kernel.Measure(rows, [.. model.Weights, model.Bias]).Loss;

    /// <summary>Whether the loss at a run's end is more than <see cref="Factor"/> times the level.</summary>
    public static bool IsExceeded(LinearKernel kernel, ReadOnlySpan<int> rows, LinearModel start, LinearModel end)
    {
        // Nearly always a few rows acquit; a few alone may have no label but 0, so that they never convict.
        int[] sample = LearningRateLimit.Sample(rows, SampledRows);
        return Exceeds(sample) && (sample.Length == rows.Length || Exceeds(rows));

        bool Exceeds(ReadOnlySpan<int> some) => !(Loss(kernel, some, end) <= Factor * Of(kernel, some, start));
    }
}
