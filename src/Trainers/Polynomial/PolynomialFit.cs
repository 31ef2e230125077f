using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>One fit of a polynomial: from the columns to its terms, from rows to coefficients by either solver, and to the model.</summary>
/// <param name="context">The trainer's call.</param>
/// <param name="options">Validated options.</param>
internal sealed class PolynomialFit(FitContext context, PolynomialTrainer.Options options)
{
    /// <summary>Fewer rows for each coefficient let a polynomial follow the rows' noise.</summary>
    private const int FewestRowsForTerm = 3;

    /// <summary>A mean squared error of rows left out above this share of a constant's is worth a warning.</summary>
    private const double HardlyBetter = 0.98;

    /// <summary>Checks the start, reads, fits, and makes the model.</summary>
    public PolynomialTransformer Train(IDataView train, IDataView? validation, PolynomialModelParameters? start)
    {
        string trainer = context.Roles.Trainer;
        if (start is not null && options.Solver == PolynomialSolver.QR)
        {
            throw new InvalidOperationException($"{trainer} solves by QR, to which it makes no difference where it starts. To go on with a model set Solver = PolynomialSolver.GradientDescent; or fit all rows together.");
        }

        var column = train.Schema[context.Roles.Features];
        var type = (VectorDataViewType)column.Type;
        var terms = new PolynomialTerms(type.Size, options.Degree ?? start?.Degree ?? 1, options.InteractionOnly, $"{trainer}: the polynomial");
        if (start is not null && (start.FeatureNames.Count != type.Size || start.Degree != terms.Degree || start.InteractionOnly != terms.InteractionOnly))
        {
            throw new ArgumentException($"{trainer} can go on only with a polynomial of its own terms. The model has degree {start.Degree} in {start.FeatureNames.Count} features (InteractionOnly: {start.InteractionOnly}); the trainer and the data ask for degree {terms.Degree} in {type.Size} (InteractionOnly: {terms.InteractionOnly}).", "modelParameters");
        }

        var rows = Read(train, "training");
        var validationRows = validation is null ? null : Read(validation, "validation");
        string[] names = FeatureNames.Of(column);
        WarnOfConstants(rows, names);
        var choice = start is null ? Choose(terms, rows) : null;
        terms = choice?.Terms ?? terms;
        var model = options.Solver == PolynomialSolver.QR
            ? Solve(terms, choice, names, rows, validationRows)
            : Descend(start?.Basis ?? Basis(terms, rows), names, rows, validationRows, start);
        double largest = Math.Max(Math.Abs(model.Range.LowestScore), Math.Abs(model.Range.HighestScore));
        if (!(largest <= SingleRange.Largest))
        {
            throw SingleRange.LabelsTooLarge(context.Roles, string.Create(CultureInfo.InvariantCulture, $"the training rows' scores come to {largest:G3}"), rows.LargestLabel());
        }

        context.Channel.Trace(MessageSensitivity.None, model.ToString());
        return new PolynomialTransformer(model, column.Name, type);
    }

    private PolynomialRows Read(IDataView data, string purpose) =>
        new(context.Read(data, (row, column) => new NumberLabelRows(row, column, new LabelRange(options.Loss)), purpose, adviseScaling: false));

    private void WarnOfConstants(PolynomialRows rows, string[] names)
    {
        var (_, halfWidths) = rows.Ranges(options.FitIntercept);
        string[] constant = [.. names.Where((_, j) => halfWidths[j] == 0)];
        if (constant.Length > 0)
        {
            context.Channel.Warning(MessageSensitivity.None, $"{constant.Length} of {names.Length} features never change, so that their terms are 0: {Excerpt.List(constant)}.");
        }
    }

    private PolynomialBasis Basis(PolynomialTerms terms, PolynomialRows rows)
    {
        var (centres, halfWidths) = rows.Ranges(options.FitIntercept);
        return new PolynomialBasis(terms, centres, halfWidths);
    }

    /// <summary>Chooses what is not given; null where there is nothing to choose nor a penalty of that kind.</summary>
    private PolynomialChoice? Choose(PolynomialTerms terms, PolynomialRows rows)
    {
        bool chooses = options.Solver == PolynomialSolver.QR && options.Ridge is null && options.L2Regularization == 0;
        if (options.Degree is not null && !chooses && options.Ridge is null or 0)
        {
            return null;
        }

        int lowest = terms.Degree;
        if (options.Degree is null)
        {
            int highest = PolynomialDegrees.HighestFor(terms.Features, rows.Count, terms.InteractionOnly);
            terms = new PolynomialTerms(terms.Features, highest, terms.InteractionOnly);
        }

        var token = context.Cancellation.Token;
        PolynomialChoice choice;
        if (chooses || options.Ridge > 0)
        {
            // Powers around the mean of the rows are the least alike, and what the penalty is told for.
            var (means, distances) = rows.MeansAndDistances(options.FitIntercept);
            var design = new PolynomialDesign(new PolynomialBasis(terms, means, distances, powers: true), rows, options.FitIntercept);
            choice = chooses ? PolynomialChoice.Make(design, lowest, token) : PolynomialChoice.Make(design, lowest, PolynomialPenalty.Ridge, options.Ridge!.Value, token);
        }
        else
        {
            var design = new PolynomialDesign(Basis(terms, rows), rows, options.FitIntercept);
            choice = PolynomialChoice.Make(design, lowest, (columns, _) => PolynomialPenalty.Plain(columns), Penalty(rows), token);
        }

        context.Channel.Info(MessageSensitivity.None, choice.Describe(options.Degree is null, chooses));
        if (options.Degree is null && PolynomialDegrees.Untried(terms.Features, rows.Count, terms.InteractionOnly) is { } untried)
        {
            context.Channel.Info(MessageSensitivity.None, untried);
        }

        if (choice.Error > HardlyBetter * choice.ConstantError)
        {
            context.Channel.Warning(MessageSensitivity.None, string.Create(
                CultureInfo.InvariantCulture,
                $"New rows will hardly be predicted better than by a constant: rows left out of the fit have an RMSE of {Math.Sqrt(choice.Error):G6}, with a constant {Math.Sqrt(choice.ConstantError):G6}. Give more rows, or features that tell more of the label."));
        }

        return choice;
    }

    /// <summary>L2/2 beside the mean of the squared errors.</summary>
    private double Penalty(PolynomialRows rows) => options.L2Regularization / 2 / (options.Loss.Reduction == Reduction.Mean ? 1 : rows.Weight);

    private PolynomialModelParameters Solve(PolynomialTerms terms, PolynomialChoice? choice, string[] names, PolynomialRows rows, PolynomialRows? validation)
    {
        long started = Stopwatch.GetTimestamp();
        var token = context.Cancellation.Token;
        double ridge = options.L2Regularization > 0 || options.Ridge == 0 ? 0 : choice!.Strength;
        PolynomialBasis basis;
        double[] weights;
        int used;

        // A mean of several penalties has no strength.
        if (ridge != 0)
        {
            (basis, weights) = choice!.Solve();
            (used, int rank) = choice.Determined;
            if (rank < used)
            {
                bool few = rows.Count <= used;
                string cause = few ? $"the {rows.Count:N0} rows are too few for more" : "some terms are made up of others, as where a feature follows from others";
                string text = string.Create(
                    CultureInfo.InvariantCulture,
                    $"Only {rank:N0} of {used:N0} coefficients beside the constant are determined: {cause}. The penalty settles the others, so that single coefficients mean nothing; new rows are predicted about as well as those left out of the fit, with an RMSE of {Math.Sqrt(choice.Error):G3}.");

                // Terms that the trainer added are no fault of the rows.
                if (!few && options.Degree is null && choice.Terms.Degree > 1)
                {
                    context.Channel.Info(MessageSensitivity.None, text);
                }
                else
                {
                    context.Channel.Warning(MessageSensitivity.None, text);
                }
            }
        }
        else
        {
            basis = Basis(terms, rows);
            var design = new PolynomialDesign(basis, rows, options.FitIntercept);
            double[] penalties = Array.ConvertAll(PolynomialPenalty.Plain(design), penalty => penalty * Penalty(rows) * rows.Weight);
            (weights, used, int rank) = PolynomialLeastSquares.Solve(design, design.Decompose(token), penalties, token);
            Warn(rows, used, rank);
        }

        var score = basis.Polynomial(weights);
        double loss = MeanSquare(score, rows, token);
        double validationLoss = validation is null ? double.NaN : MeanSquare(score, validation, token);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        context.Channel.Info(MessageSensitivity.None, string.Create(
            CultureInfo.InvariantCulture, $"Solved for {Many(used, "coefficient")} from {Many(rows.Count, "row")} in {seconds:F2} s: RMSE {Math.Sqrt(loss):G6}{(validation is null ? "" : $", validation RMSE {Math.Sqrt(validationLoss):G6}")}."));
        var record = new EpochRecord(1, loss, Math.Sqrt(loss), validationLoss, Math.Sqrt(validationLoss), seconds, LearningRate: 0);
        options.OnEpoch?.Invoke(record);
        return new PolynomialModelParameters(
            basis, weights, names, TrainingRange.Of(rows, score, before: null), new TrainingHistory(new RootMeanSquaredError(), [record]), ridge, Math.Sqrt(choice?.Error ?? double.NaN));
    }

    /// <summary>Warns of coefficients that no penalty keeps small and the rows don't tell.</summary>
    private void Warn(PolynomialRows rows, int used, int rank)
    {
        bool few = rows.Count < FewestRowsForTerm * (long)rank;
        const string TooClose = "the training rows are fitted, new rows may be far off";
        if (rank < used)
        {
            string mend = rows.Count < used ? $"Give at least {used:N0} rows, lower Degree" : "Remove features that others make up for, lower Degree";
            context.Channel.Warning(MessageSensitivity.None, string.Create(
                CultureInfo.InvariantCulture,
                $"The {rows.Count:N0} rows determine only {rank:N0} of {used:N0} coefficients. The smallest ones that fit best are taken; {(few ? TooClose : "scores in the range of the rows are good")}, and single coefficients mean nothing. {mend}{(options.Ridge == 0 ? ", or leave Ridge at null" : "")}."));
        }
        else if (few && options.Ridge == 0 && options.L2Regularization == 0)
        {
            context.Channel.Warning(MessageSensitivity.None, string.Create(
                CultureInfo.InvariantCulture,
                $"{Many(rows.Count, "row")} {(rows.Count == 1 ? "is" : "are")} few for {Many(used, "coefficient")}: {TooClose}. Lower Degree, give at least {FewestRowsForTerm * (long)used:N0} rows, or leave Ridge at null, which chooses a penalty; and evaluate with rows that were not trained on."));
        }
    }

    private PolynomialModelParameters Descend(PolynomialBasis basis, string[] names, PolynomialRows rows, PolynomialRows? validation, PolynomialModelParameters? start)
    {
        using var reporter = new EpochReporter(context, options, new RootMeanSquaredError());
        context.Shared?.Compare(context.Roles.Trainer, context.Seed, Asked, Chosen);
        context.Checkpoint?.Compare(
            Asked,
            Chosen,
            mayBeLonger: !options.Schedule.DependsOnEpochs);
        var (weights, result) = PolynomialDescent.Train(context.Own(options), basis, rows, validation, start is null ? [] : start.Weights, reporter.Report, context);
        if (result.StopReason == StopReason.Cancelled)
        {
            context.Checkpoint?.Cancel();
        }

        reporter.Finish(result.History, result.RestoredBest ? result.BestEpoch : result.Epochs, result.StopReason);
        new BaselineWarning(context, options, result.History, needsNormalization: false, isNetwork: false).Tell(result.Baseline);
        return new PolynomialModelParameters(basis, weights, names, TrainingRange.Of(rows, basis.Polynomial(weights), start?.Range), result.History);

        void Asked(CheckpointFacts facts)
        {
            facts.Add(options);
            facts.AddStart(start?.Weights.ToArray());
        }

        void Chosen(CheckpointFacts facts) => facts.Add(options with { Degree = basis.Terms.Degree }, CheckpointFacts.Chosen, unlike: options);
    }

    private static string Many(int count, string thing) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {thing}{(count == 1 ? "" : "s")}");

    private static double MeanSquare(Func<double[], double> score, PolynomialRows rows, CancellationToken token)
    {
        var features = new double[rows.Width];
        double sum = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            token.ThrowIfCancellationRequested();
            rows.Read(i, features);
            double error = score(features) - rows.Label(i);
            sum += rows.WeightOf(i) * error * error;
        }

        return sum / rows.Weight;
    }
}
