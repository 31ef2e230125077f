using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Regression;

/// <summary>A fitted linear model and how it was trained.</summary>
/// <param name="MLContext">The context that trained it.</param>
/// <param name="Table">The rows.</param>
/// <param name="Pipeline">What scores rows, scaling included.</param>
/// <param name="Result">History, path, and the weights in double: those of scaled features where the pipeline scales them.</param>
/// <param name="Seconds">Time of the fit.</param>
internal sealed record LinearFit(MLContext MLContext, RegressionTable Table, ITransformer Pipeline, LinearResult Result, double Seconds)
{
    /// <summary>Fits.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="table">The rows.</param>
    /// <param name="trainer">The trainer.</param>
    /// <param name="scale">Whether features are first brought to mean 0 and standard deviation 1.</param>
    /// <exception cref="SampleException">The learning rate was too large.</exception>
    public static LinearFit Of(MLContext mlContext, RegressionTable table, LinearTrainer trainer, bool scale)
    {
        IDataView rows = mlContext.Load(table);
        long started = Stopwatch.GetTimestamp();
        try
        {
            if (!scale)
            {
                var plain = trainer.Fit(rows);
                return new LinearFit(mlContext, table, plain, plain.GetTrainingResult()!, Stopwatch.GetElapsedTime(started).TotalSeconds);
            }

            var chain = mlContext.Transforms.NormalizeMeanVariance("Features", fixZero: false).Append(trainer).Fit(rows);
            return new LinearFit(mlContext, table, chain, chain.LastTransformer.GetTrainingResult()!, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
        catch (DivergenceException e) when (e.SuggestedLearningRate is { } rate)
        {
            throw new SampleException(Output.Format.Text($"{e.Message} Here: --rate {rate:G2}"));
        }
    }

    /// <summary>The predictions for all rows.</summary>
    public double[] Predictions() => MLContext.Predict(Pipeline, Table.Features);

    /// <summary>ML.NET's metrics over all rows.</summary>
    public RegressionMetrics Evaluate() => MLContext.Regression.Evaluate(Pipeline.Transform(MLContext.Load(Table)));

    /// <summary>
    /// The model for features as they are in the table. A pipeline that scales them is still a linear function: its slopes are read off predictions one standard
    /// deviation apart.
    /// </summary>
    public LinearModel InUnits()
    {
        ColumnScale[] scales = [.. Enumerable.Range(0, Table.Width).Select(j => ColumnScale.Of(Table.Column(j)))];
        double[] means = [.. scales.Select(scale => scale.Mean)];
        double[] scores = MLContext.Predict(Pipeline, [means, .. Enumerable.Range(0, Table.Width).Select(j => means.Select((mean, k) => k == j ? mean + scales[j].Width : mean).ToArray())]);
        double[] weights = [.. scales.Select((scale, j) => (scores[j + 1] - scores[0]) / scale.Width)];
        return new LinearModel(weights, scores[0] - weights.Zip(means, (w, mean) => w * mean).Sum());
    }
}
