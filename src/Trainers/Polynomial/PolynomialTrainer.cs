using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNet.GradientTrainers.Bridge;
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
public sealed partial class PolynomialTrainer : ITrainerEstimator<PolynomialTransformer, PolynomialModelParameters>
{
    private readonly IHost _host;
    private readonly Options _options;
    private readonly TrainingRoles _roles;
    private readonly int _seed;

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
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _host = env.Register(nameof(PolynomialTrainer));
        _options = options;
        _roles = new TrainingRoles(options.TrainerName, options.LabelColumnName, options.FeatureColumnName, options.ExampleWeightColumnName);

        // Drawn once, here, so that fitting the same rows again gives the same model.
        _seed = options.Seed ?? _host.Rand.Next();
    }

    /// <summary>What ML.NET asks of a trainer: neither normalisation nor caching is needed; validation and continued training are supported.</summary>
    public TrainerInfo Info { get; } = TrainerInfos.Create(needNormalization: false, wantCaching: false, supportsValidation: true, supportsIncrementalTraining: true);

    /// <summary>Fits to <paramref name="input"/>.</summary>
    /// <param name="input">Rows with the label, feature and weight columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has a wrong type.</exception>
    /// <exception cref="ArgumentException">The polynomial has too many terms.</exception>
    /// <exception cref="InvalidOperationException">No row is usable.</exception>
    /// <exception cref="DivergenceException">Gradient descent diverged; the message names a rate that the data allows.</exception>
    public PolynomialTransformer Fit(IDataView input) => Fit(input, _options.ValidationSet, null);

    /// <summary>Fits to <paramref name="trainData"/> and measures on <paramref name="validationData"/>: QR once, gradient descent after each epoch.</summary>
    /// <inheritdoc cref="Fit(IDataView)" path="/exception"/>
    public PolynomialTransformer Fit(IDataView trainData, IDataView validationData)
    {
        ArgumentNullException.ThrowIfNull(validationData);
        return Fit(trainData, validationData, null);
    }

    /// <summary>Goes on with a polynomial by gradient descent: its coefficients and the scale of its features are the start.</summary>
    /// <param name="trainData">Rows with the same columns and features as the polynomial was fitted to.</param>
    /// <param name="modelParameters">The model of an earlier fit by either solver, or of a loaded transformer.</param>
    /// <exception cref="ArgumentException">The polynomial has other features or terms.</exception>
    /// <exception cref="InvalidOperationException">The solver is QR, to which no start makes a difference; or no row is usable.</exception>
    /// <inheritdoc cref="Fit(IDataView)" path="/exception"/>
    public PolynomialTransformer Fit(IDataView trainData, PolynomialModelParameters modelParameters)
    {
        ArgumentNullException.ThrowIfNull(modelParameters);
        if (_options.Solver == PolynomialSolver.QR)
        {
            throw new InvalidOperationException($"{_roles.Trainer} solves by QR, to which it makes no difference where it starts. To go on with a model set Solver = PolynomialSolver.GradientDescent; or fit all rows together.");
        }

        return Fit(trainData, _options.ValidationSet, modelParameters);
    }

    /// <summary>The schema that a fitted model will promise, checked without reading data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has a wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _roles.CheckRegression(inputSchema);
        return RegressionOutput.Promise(inputSchema, _roles.Label);
    }

    private PolynomialTransformer Fit(IDataView train, IDataView? validation, PolynomialModelParameters? start)
    {
        ArgumentNullException.ThrowIfNull(train);
        _roles.CheckRegression(SchemaShapes.Of(train.Schema));
        var type = (VectorDataViewType)train.Schema[_roles.Features].Type;
        if (validation is not null)
        {
            _roles.CheckRegression(SchemaShapes.Of(validation.Schema));
            int size = ((VectorDataViewType)validation.Schema[_roles.Features].Type).Size;
            if (size != type.Size)
            {
                throw new ArgumentOutOfRangeException(nameof(validation), $"{_roles.Trainer}: the validation features '{_roles.Features}' have {size} values a row, the training ones {type.Size}. Transform both with the same fitted pipeline.");
            }
        }

        var terms = new PolynomialTerms(type.Size, _options.Degree, _options.InteractionOnly);
        if (start is not null && (start.FeatureNames.Count != type.Size || start.Degree != terms.Degree || start.InteractionOnly != terms.InteractionOnly))
        {
            throw new ArgumentException($"{_roles.Trainer} can go on only with a polynomial of its own terms. The model has degree {start.Degree} in {start.FeatureNames.Count} features (InteractionOnly: {start.InteractionOnly}); the trainer and the data ask for degree {terms.Degree} in {type.Size} (InteractionOnly: {terms.InteractionOnly}).", nameof(start));
        }

        using var channel = _host.Start("Training");
        var rows = Read(train, "training", channel);
        var validationRows = validation is null ? null : Read(validation, "validation", channel);
        string[] names = FeatureNames.Of(train.Schema[_roles.Features]);
        var basis = start?.Basis ?? Basis(terms, rows, names, channel);
        var model = _options.Solver == PolynomialSolver.QR
            ? Solve(channel, basis, names, rows, validationRows)
            : Descend(channel, basis, names, rows, validationRows, start);
        channel.Trace(MessageSensitivity.None, model.ToString());
        return new PolynomialTransformer(model, _roles.Features, type);
    }

    private PolynomialRows Read(IDataView data, string purpose, IChannel channel) =>
        new(TrainingReader.Read(_roles, data, (row, column) => new NumberLabelRows(row, column), purpose, channel, _options.CancellationToken, adviseScaling: false));

    private PolynomialBasis Basis(PolynomialTerms terms, PolynomialRows rows, string[] names, IChannel channel)
    {
        var (centres, halfWidths) = rows.Ranges(_options.FitIntercept);
        string[] constant = [.. names.Where((_, j) => halfWidths[j] == 0)];
        if (constant.Length > 0)
        {
            channel.Warning(MessageSensitivity.None, $"{constant.Length} of {names.Length} features never change, so that their terms are 0: {string.Join(", ", constant.Take(10))}{(constant.Length > 10 ? ", …" : "")}.");
        }

        return new PolynomialBasis(terms, centres, halfWidths);
    }

    private PolynomialModelParameters Solve(IChannel channel, PolynomialBasis basis, string[] names, PolynomialRows rows, PolynomialRows? validation)
    {
        long started = Stopwatch.GetTimestamp();

        // The penalty is L2/2 beside the mean; the solver wants it beside the sum.
        double penalty = _options.L2Regularization / 2 * (_options.Loss.Reduction == Reduction.Mean ? rows.Weight : 1);
        double[] weights = PolynomialLeastSquares.Solve(basis, rows, _options.FitIntercept, penalty, _options.CancellationToken, out int used, out int rank);
        if (rank < used)
        {
            string mend = rows.Count < used ? $"Give at least {used:N0} rows, lower Degree" : "Remove features that others make up for, lower Degree";
            channel.Warning(MessageSensitivity.None, string.Create(
                CultureInfo.InvariantCulture,
                $"The {rows.Count:N0} rows determine only {rank:N0} of {used:N0} coefficients. The smallest ones that fit best are taken; scores in the range of the rows are good, single coefficients mean nothing. {mend}, or set L2Regularization."));
        }

        var model = new PolynomialModelParameters(basis, weights, names, new TrainingHistory(new RootMeanSquaredError(), []));
        double loss = MeanSquare(model, rows);
        double validationLoss = validation is null ? double.NaN : MeanSquare(model, validation);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        channel.Info(MessageSensitivity.None, string.Create(
            CultureInfo.InvariantCulture, $"Solved for {used:N0} coefficients from {rows.Count:N0} rows in {seconds:F2} s: RMSE {Math.Sqrt(loss):G6}{(validation is null ? "" : $", validation RMSE {Math.Sqrt(validationLoss):G6}")}."));
        var record = new EpochRecord(1, loss, Math.Sqrt(loss), validationLoss, Math.Sqrt(validationLoss), seconds, LearningRate: 0);
        _options.OnEpoch?.Invoke(record);
        return new PolynomialModelParameters(basis, weights, names, new TrainingHistory(new RootMeanSquaredError(), [record]));
    }

    private PolynomialModelParameters Descend(IChannel channel, PolynomialBasis basis, string[] names, PolynomialRows rows, PolynomialRows? validation, PolynomialModelParameters? start)
    {
        using var progress = _host.StartProgressChannel("Training");
        var reporter = new EpochReporter(channel, progress, _options.NumberOfEpochs, new RootMeanSquaredError(), _options.OnEpoch);
        var (weights, result) = PolynomialDescent.Train(_options, _seed, basis, rows, validation, start is null ? [] : start.Weights, reporter.Report);
        reporter.Finish(result.History, result.BestEpoch, result.StopReason);
        return new PolynomialModelParameters(basis, weights, names, result.History);
    }

    private static double MeanSquare(PolynomialModelParameters model, PolynomialRows rows)
    {
        var features = new double[rows.Width];
        double sum = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            rows.Read(i, features);
            double error = model.Evaluate(features) - rows.Label(i);
            sum += rows.WeightOf(i) * error * error;
        }

        return sum / rows.Weight;
    }
}
