using System.Globalization;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// Fits a polynomial by gradient descent: linear regression on the columns of the basis. Labels are standardised, so that one learning rate suits any unit.
/// </summary>
internal static class PolynomialDescent
{
    /// <summary>Trains.</summary>
    /// <param name="options">The trainer's options, with the fit's seed and token.</param>
    /// <param name="basis">The terms.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="validation">Rows to measure on after each epoch, or null.</param>
    /// <param name="start">Coefficients to start from, or null for zeros.</param>
    /// <param name="reporter">Is told each epoch.</param>
    /// <param name="context">The trainer's call, with its checkpoint, the processes that take part, and the place of rows that are too many for memory, where their terms go, too.</param>
    /// <returns>The coefficient of each term of the basis, and the epochs.</returns>
    public static (double[] Weights, LinearResult Result) Train(
        PolynomialTrainer.Options options, PolynomialBasis basis, PolynomialRows rows, PolynomialRows? validation, ReadOnlySpan<double> start, Action<EpochRecord> reporter, FitContext context)
    {
        double[] origin = PolynomialDesign.Origin(basis, options.FitIntercept);
        var (mean, deviation) = rows.LabelScale();
        if (!options.FitIntercept)
        {
            // Labels are scaled only: a shift would be an intercept.
            (mean, deviation) = (0, Math.Sqrt((mean * mean) + (deviation * deviation)));
        }

        EpochRecord InUnits(EpochRecord record) => record with { TrainingMetric = record.TrainingMetric * deviation, ValidationMetric = record.ValidationMetric * deviation };

        var regression = new LinearRegression(options with { OnEpoch = record => reporter(InUnits(record)) });
        var columns = Columns(basis, rows, origin, mean, deviation, context.Spill, options.CancellationToken);
        var from = start.IsEmpty ? null : Start(start, origin, mean, deviation);
        var validationColumns = validation is null ? null : Columns(basis, validation, origin, mean, deviation, context.Spill, options.CancellationToken);
        var result = context.Train(() => regression.Run(columns, from, validationColumns, context.Checkpoint?.Single(), context.Shared?.Communicator));

        double[] solution = [result.Model.Bias, .. result.Model.Weights];
        solution = Array.ConvertAll(solution, value => value * deviation);
        solution[0] += mean;
        double[] weights = options.FitIntercept ? solution : PolynomialDesign.WithConstant(solution.AsSpan(1), origin, 1);
        var history = result.History with { Epochs = [.. result.History.Epochs.Select(InUnits)] };
        var baseline = result.Baseline is { } b ? b with { Metric = b.Metric * deviation, ConstantMetric = b.ConstantMetric * deviation } : null;
        return (weights, result with { History = history, Baseline = baseline });
    }

    private static LinearModel Start(ReadOnlySpan<double> start, double[] origin, double mean, double deviation)
    {
        double[] weights = Array.ConvertAll(start.ToArray(), value => value / deviation);
        double bias = weights[0] + Doubles.Dot(weights.AsSpan(1), origin.AsSpan(1)) - (mean / deviation);
        return new LinearModel(weights.AsSpan(1), bias);
    }

    private static LinearData Columns(PolynomialBasis basis, PolynomialRows rows, double[] origin, double mean, double deviation, RowSpill? spill, CancellationToken token)
    {
        int columns = basis.Terms.Count - 1;
        bool spills = spill?.IsUsed == true;
        if (!spills && (long)rows.Count * columns > Array.MaxLength)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture, $"{rows.Count:N0} rows of {columns:N0} terms are too many for gradient descent, which keeps them all. Set {nameof(ITrainerInput.Rows)} = {RowStorage.Streamed} or Solver = PolynomialSolver.QR, or lower Degree."));
        }

        var features = new double[rows.Width];
        var scratch = new double[basis.ScratchSize];
        var values = new double[columns + 1];
        double[] table = spills ? [] : new double[rows.Count * columns];
        var spilled = spills ? new DenseRowsBuilder(columns, spill) : null;
        var terms = new float[columns];
        var labels = new double[rows.Count];
        var weights = new double[rows.Count];
        for (int i = 0; i < rows.Count; i++)
        {
            token.ThrowIfCancellationRequested();
            rows.Read(i, features);
            basis.Evaluate(features, scratch, values);
            for (int k = 0; k < columns; k++)
            {
                double term = values[k + 1] - origin[k + 1];
                if (spills)
                {
                    terms[k] = (float)term;
                }
                else
                {
                    table[(i * columns) + k] = term;
                }
            }

            spilled?.Add(terms);

            labels[i] = (rows.Label(i) - mean) / deviation;
            weights[i] = rows.WeightOf(i);
        }

        return spilled is null ? new LinearData(table, columns, labels, weights) : new LinearData(spilled.Build(), labels, weights);
    }
}
