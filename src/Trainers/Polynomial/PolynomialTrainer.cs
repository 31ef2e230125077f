using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// Fits a polynomial of one or several features, and tells its coefficients.
/// </summary>
/// <remarks>
/// <para>To create it, use
/// <see cref="GradientTrainersCatalogExtensions.Polynomial(RegressionCatalog.RegressionTrainers, string, string, string?, int, bool, double)"/>,
/// <see cref="GradientTrainersCatalogExtensions.Polynomial(RegressionCatalog.RegressionTrainers, Options)"/> or a constructor.</para>
/// <para><b>Columns.</b> Input: the label, a Single; the features, a known-size vector of Single; optionally a weight, Single. Output: <c>Score</c>, a
/// Single.</para>
/// <list type="table">
/// <listheader><term>Characteristic</term><description>Value</description></listheader>
/// <item><term>Machine learning task</term><description>Regression</description></item>
/// <item><term>Is normalization required?</term><description>No: features are scaled inside, and coefficients given back in the features' own units</description></item>
/// <item><term>Is caching required?</term><description>No: the rows are read once into memory</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>MLNet.GradientTrainers</description></item>
/// <item><term>Exportable to ONNX</term><description>No; to C#, C and LaTeX text (<see cref="PolynomialModelParameters.ToCSharp"/>)</description></item>
/// </list>
/// <para><b>Algorithm.</b> y = Σ θ·x₁^p₁·x₂^p₂·…, over all powers whose sum is at most <see cref="Options.Degree"/>, minimises the weighted mean of (y − label)² +
/// L2/2·Σθ², where the penalty is on the coefficients of scaled features. Inside, powers are Chebyshev polynomials of features scaled to [−1, 1] (P. Chebyshev,
/// 1854), so that high degrees stay solvable. The solver is QR by Householder reflections (A. Householder, "Unitary triangularization of a nonsymmetric matrix",
/// 1958), fed block by block, or gradient descent.</para>
/// <para><b>What the rows can't tell.</b> With too few rows, or with features that depend on each other (one twice, a category's indicators), many
/// polynomials fit equally well. QR then takes the one with the smallest coefficients of scaled columns, predicts as well as any, and warns that single
/// coefficients mean nothing. Terms of a feature that never changes are 0.</para>
/// <para>Rows with a NaN or infinite feature, label or weight are skipped, counted and warned about once.</para>
/// </remarks>
/// <seealso cref="GradientTrainersCatalogExtensions.Polynomial(RegressionCatalog.RegressionTrainers, string, string, string?, int, bool, double)"/>
/// <seealso cref="GradientTrainersCatalogExtensions.Polynomial(RegressionCatalog.RegressionTrainers, Options)"/>
/// <seealso cref="Options"/>
public sealed partial class PolynomialTrainer : GradientTrainer<PolynomialTransformer, PolynomialModelParameters>
{
    private readonly Options _options;

    /// <summary>Creates a trainer with the most used options, which solves by QR.</summary>
    /// <param name="env">The <see cref="MLContext"/>.</param>
    /// <param name="labelColumnName">Name of the label column, Single.</param>
    /// <param name="featureColumnName">Name of the feature column, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="degree">The largest sum of a term's powers, in [1, 64].</param>
    /// <param name="interactionOnly">Whether a term has each feature at most once.</param>
    /// <param name="l2Regularization">Penalty on the coefficients of scaled features, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public PolynomialTrainer(
        IHostEnvironment env,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        int degree = Defaults.Degree,
        bool interactionOnly = Defaults.InteractionOnly,
        double l2Regularization = Defaults.L2Regularization)
        : this(env, new Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            Degree = degree,
            InteractionOnly = interactionOnly,
            L2Regularization = l2Regularization,
        })
    {
    }

    /// <summary>Creates a trainer with all options.</summary>
    /// <param name="env">The <see cref="MLContext"/>.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public PolynomialTrainer(IHostEnvironment env, Options options)
        : base(env, options = options.Validated(), options, LabelKind.Number, needNormalization: false) => _options = options;

    private protected override PolynomialTransformer Fit(FitContext context, IDataView train, IDataView? validation, PolynomialModelParameters? start)
    {
        string trainer = context.Roles.Trainer;
        if (start is not null && _options.Solver == PolynomialSolver.QR)
        {
            throw new InvalidOperationException($"{trainer} solves by QR, to which it makes no difference where it starts. To go on with a model set Solver = PolynomialSolver.GradientDescent; or fit all rows together.");
        }

        var column = train.Schema[context.Roles.Features];
        var type = (VectorDataViewType)column.Type;
        var terms = new PolynomialTerms(type.Size, _options.Degree, _options.InteractionOnly);
        if (start is not null && (start.FeatureNames.Count != type.Size || start.Degree != terms.Degree || start.InteractionOnly != terms.InteractionOnly))
        {
            throw new ArgumentException($"{trainer} can go on only with a polynomial of its own terms. The model has degree {start.Degree} in {start.FeatureNames.Count} features (InteractionOnly: {start.InteractionOnly}); the trainer and the data ask for degree {terms.Degree} in {type.Size} (InteractionOnly: {terms.InteractionOnly}).", "modelParameters");
        }

        var rows = Read(context, train, "training");
        var validationRows = validation is null ? null : Read(context, validation, "validation");
        string[] names = FeatureNames.Of(column);
        var basis = start?.Basis ?? Basis(terms, rows, names, context.Channel);
        var model = _options.Solver == PolynomialSolver.QR
            ? Solve(context, basis, names, rows, validationRows)
            : Descend(context, basis, names, rows, validationRows, start);
        double largest = Math.Max(Math.Abs(model.Range.LowestScore), Math.Abs(model.Range.HighestScore));
        if (!(largest <= SingleRange.Largest))
        {
            throw SingleRange.LabelsTooLarge(context.Roles, string.Create(CultureInfo.InvariantCulture, $"the training rows' scores come to {largest:G3}"), rows.LargestLabel());
        }

        context.Channel.Trace(MessageSensitivity.None, model.ToString());
        return new PolynomialTransformer(model, column.Name, type);
    }

    private static PolynomialRows Read(FitContext context, IDataView data, string purpose) =>
        new(context.Read(data, (row, column) => new NumberLabelRows(row, column), purpose, adviseScaling: false));

    private PolynomialBasis Basis(PolynomialTerms terms, PolynomialRows rows, string[] names, IChannel channel)
    {
        var (centres, halfWidths) = rows.Ranges(_options.FitIntercept);
        string[] constant = [.. names.Where((_, j) => halfWidths[j] == 0)];
        if (constant.Length > 0)
        {
            channel.Warning(MessageSensitivity.None, $"{constant.Length} of {names.Length} features never change, so that their terms are 0: {Excerpt.List(constant)}.");
        }

        return new PolynomialBasis(terms, centres, halfWidths);
    }

    private PolynomialModelParameters Solve(FitContext context, PolynomialBasis basis, string[] names, PolynomialRows rows, PolynomialRows? validation)
    {
        long started = Stopwatch.GetTimestamp();
        var token = context.Cancellation.Token;

        // The penalty is L2/2 beside the mean; the solver wants it beside the sum.
        double penalty = _options.L2Regularization / 2 * (_options.Loss.Reduction == Reduction.Mean ? rows.Weight : 1);
        double[] weights = PolynomialLeastSquares.Solve(basis, rows, _options.FitIntercept, penalty, token, out int used, out int rank);
        if (rank < used)
        {
            string mend = rows.Count < used ? $"Give at least {used:N0} rows, lower Degree" : "Remove features that others make up for, lower Degree";
            context.Channel.Warning(MessageSensitivity.None, string.Create(
                CultureInfo.InvariantCulture,
                $"The {rows.Count:N0} rows determine only {rank:N0} of {used:N0} coefficients. The smallest ones that fit best are taken; scores in the range of the rows are good, single coefficients mean nothing. {mend}, or set L2Regularization."));
        }

        var score = basis.Polynomial(weights);
        double loss = MeanSquare(score, rows, token);
        double validationLoss = validation is null ? double.NaN : MeanSquare(score, validation, token);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        context.Channel.Info(MessageSensitivity.None, string.Create(
            CultureInfo.InvariantCulture, $"Solved for {used:N0} coefficients from {rows.Count:N0} rows in {seconds:F2} s: RMSE {Math.Sqrt(loss):G6}{(validation is null ? "" : $", validation RMSE {Math.Sqrt(validationLoss):G6}")}."));
        var record = new EpochRecord(1, loss, Math.Sqrt(loss), validationLoss, Math.Sqrt(validationLoss), seconds, LearningRate: 0);
        _options.OnEpoch?.Invoke(record);
        return new PolynomialModelParameters(basis, weights, names, TrainingRange.Of(rows, score, before: null), new TrainingHistory(new RootMeanSquaredError(), [record]));
    }

    private PolynomialModelParameters Descend(FitContext context, PolynomialBasis basis, string[] names, PolynomialRows rows, PolynomialRows? validation, PolynomialModelParameters? start)
    {
        using var reporter = new EpochReporter(context, _options, new RootMeanSquaredError());
        var (weights, result) = PolynomialDescent.Train(context.Own(_options), basis, rows, validation, start is null ? [] : start.Weights, reporter.Report);
        reporter.Finish(result.History, result.BestEpoch, result.StopReason);
        return new PolynomialModelParameters(basis, weights, names, TrainingRange.Of(rows, basis.Polynomial(weights), start?.Range), result.History);
    }

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
