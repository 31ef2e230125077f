using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Transforms;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Regression;

/// <summary>A fitted linear model and how it was trained.</summary>
/// <param name="MLContext">The context that trained it.</param>
/// <param name="Table">The rows.</param>
/// <param name="Pipeline">What scores rows, scaling included.</param>
/// <param name="Result">History, path, and the weights in double: those of scaled features where the pipeline scales them.</param>
internal sealed record LinearFit(MLContext MLContext, RegressionTable Table, ITransformer Pipeline, LinearResult Result)
{
    /// <summary>Time of the epochs, without that of reading and scaling.</summary>
    public double Seconds => Result.History.Epochs.Sum(epoch => epoch.Seconds);

    /// <summary>Fits.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="table">The rows.</param>
    /// <param name="trainer">The trainer.</param>
    /// <param name="scale">Whether features are first brought to mean 0 and standard deviation 1.</param>
    /// <exception cref="SampleException">The learning rate was too large.</exception>
    public static LinearFit Of(MLContext mlContext, RegressionTable table, LinearTrainer trainer, bool scale)
    {
        IDataView rows = mlContext.Load(table);
        try
        {
            if (!scale)
            {
                var plain = trainer.Fit(rows);
                return new LinearFit(mlContext, table, plain, plain.GetTrainingResult()!);
            }

            var chain = mlContext.Transforms.NormalizeMeanVariance("Features", fixZero: false).Append(trainer).Fit(rows);
            return new LinearFit(mlContext, table, chain, chain.LastTransformer.GetTrainingResult()!);
        }
        catch (DivergenceException e) when (e.SuggestedLearningRate is { } rate)
        {
            throw new SampleException(Output.Format.Text($"{e.Message} Here: --rate {rate:G2}"));
        }
    }

    /// <summary>The predictions for all rows.</summary>
    public double[] Predictions() => MLContext.Predict(Pipeline, Table.Features);

    /// <summary>The model for features as they are in the table: the normalisation of the pipeline, x′ = (x − offset)·scale, goes into its weights and bias.</summary>
    public LinearModel InUnits()
    {
        if (Pipeline is not IEnumerable<ITransformer> chain)
        {
            return Result.Model;
        }

        var normalizer = (NormalizingTransformer.AffineNormalizerModelParameters<ImmutableArray<float>>)chain.OfType<NormalizingTransformer>().Single().GetNormalizerModelParameters(0);
        double bias = Result.Model.Bias;
        var weights = new double[Table.Width];
        for (int j = 0; j < weights.Length; j++)
        {
            weights[j] = Result.Model.Weights[j] * normalizer.Scale[j];

            // There are none where no column changes.
            bias -= normalizer.Offset.IsEmpty ? 0 : weights[j] * normalizer.Offset[j];
        }

        return new LinearModel(weights, bias);
    }
}
