using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

public sealed partial class PolynomialTrainer
{
    /// <summary>Default values.</summary>
    public static class Defaults
    {
        /// <summary>Default of <see cref="Options.InteractionOnly"/>.</summary>
        public const bool InteractionOnly = false;

        /// <summary>Default of <see cref="LinearOptions.FitIntercept"/>: a constant term; without it the polynomial is 0 where all features are 0.</summary>
        public const bool FitIntercept = true;

        /// <summary>Default of <see cref="Options.Solver"/>.</summary>
        public const PolynomialSolver Solver = PolynomialSolver.QR;

        /// <summary>Default of <see cref="DescentOptions.NumberOfEpochs"/>.</summary>
        public const int NumberOfEpochs = 500;

        /// <summary>Default of <see cref="DescentOptions.BatchSize"/>.</summary>
        public const int BatchSize = 128;

        /// <summary>Learning rate of the default optimizer, Adam.</summary>
        public const double LearningRate = 0.01;
    }

    /// <summary>The options of <see cref="PolynomialTrainer"/>.</summary>
    public sealed record Options : LinearOptions, ITrainerInput
    {
        /// <summary>The largest <see cref="Degree"/>.</summary>
        public const int MaxDegree = 64;

        /// <summary>Creates options with their defaults: QR; for gradient descent Adam, 500 epochs, batches of 128 rows.</summary>
        [SetsRequiredMembers]
        public Options()
        {
            Optimizer = new Adam { LearningRate = Defaults.LearningRate };
            NumberOfEpochs = Defaults.NumberOfEpochs;
            BatchSize = Defaults.BatchSize;
        }

        /// <inheritdoc/>
        public string LabelColumnName { get; set; } = DefaultColumns.Label;

        /// <inheritdoc/>
        public string FeatureColumnName { get; set; } = DefaultColumns.Features;

        /// <inheritdoc/>
        public string? ExampleWeightColumnName { get; set; }

        /// <inheritdoc/>
        public IDataView? ValidationSet { get; set; }

        /// <inheritdoc/>
        /// <remarks>For <see cref="PolynomialSolver.GradientDescent"/>: a solution in closed form (QR) has no state between its rows and its end, keeps none, and looks at no file.</remarks>
        public string? CheckpointPath { get; set; }

        /// <inheritdoc/>
        public int? CheckpointEveryEpochs { get; set; }

        /// <inheritdoc/>
        public double? CheckpointEverySeconds { get; set; } = CheckpointClock.DefaultSeconds;

        /// <inheritdoc/>
        public RowStorage Rows { get; set; }

        /// <inheritdoc/>
        public long? MemoryLimit { get; set; }

        /// <inheritdoc/>
        public string? SpillFolder { get; set; }

        /// <inheritdoc/>
        /// <remarks>For <see cref="PolynomialSolver.GradientDescent"/>, which divides batches of 65,536 terms of rows or more for each process; of smaller ones each process computes all.</remarks>
        public Communicator? Communicator { get; set; }

        /// <summary>
        /// The largest sum of a term's powers, in [1, 64]; null chooses it: the lowest degree whose error of rows left out is at most one standard error above the smallest. Tried are 1 to 3,
        /// and up to 8 where there are 20 rows for each term, as far as that takes less than about a second, and at most 300 terms. <see cref="PolynomialSolver.GradientDescent"/> takes the degree
        /// of the model that it goes on with, or chooses likewise, by squared errors whatever its loss. Default: null.
        /// </summary>
        public int? Degree { get; set; }

        /// <summary>
        /// Strength λ of the penalty λ·Σγσ²θ² beside the weighted mean of squared errors, at least 0. θ are the coefficients but the constant, of terms of features less their mean, with powers
        /// above 3 as Chebyshev polynomials; σ² is the term's variance, so that λ has no unit, and γ = g^(degree − 1)·√g^(features − 1) with g = 9, degrees and numbers of features above 5 counting as
        /// 5: high degrees and interactions have to earn their place. 0 is least squares alone. Null takes the mean of the fits with 62 strengths and g = 1, 5 and 25, each weighted by how likely it makes
        /// the labels and the rows left out, which is one polynomial, too, and as a rule predicts better than any single one; and least squares where no penalty has most of the
        /// weight. Of more than 10,000 rows, 10,000 are left out, each once. For QR; at most one of this and <see cref="DescentOptions.L2Regularization"/>, the penalty L2/2·Σθ² on coefficients of
        /// features scaled to [−1, 1], is above 0: where that is, nothing is chosen. Default: null.
        /// </summary>
        public double? Ridge { get; set; }

        /// <summary>Whether a term has each feature at most once: x1·x2 but not x1^2. Default: false.</summary>
        public bool InteractionOnly { get; set; } = Defaults.InteractionOnly;

        /// <summary>
        /// How the coefficients are found. Default: QR. The optimizer, its rate and schedule, epochs and batches, the loss, L1, clipping, tolerances, the mean of the weights, early
        /// stopping, the share of validation rows and the number of threads are for <see cref="PolynomialSolver.GradientDescent"/> only.
        /// </summary>
        public PolynomialSolver Solver { get; set; } = Defaults.Solver;

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            TrainerInput.Validate(this, ValidationFraction, Require);
            Require(Degree is null or (>= 1 and <= MaxDegree), nameof(Degree), Degree, $"in [1, {MaxDegree}], or null to choose it");
            Require(Ridge is null or (>= 0 and < double.PositiveInfinity), nameof(Ridge), Ridge, "a finite number of at least 0, or null to choose it");
            Require(Ridge is null or 0 || L2Regularization == 0, nameof(Ridge), Ridge, "null or 0 beside L2Regularization, which is a penalty, too");
            Require(Ridge is null or 0 || Solver == PolynomialSolver.QR, nameof(Ridge), Ridge, "null or 0 for gradient descent, whose penalty is L2Regularization");
            Require(Enum.IsDefined(Solver), nameof(Solver), Solver, "QR or GradientDescent");
            Require(!RecordPath, nameof(RecordPath), RecordPath, "false: the path of a polynomial's weights is not kept");
            if (Solver == PolynomialSolver.QR)
            {
                const string Mend = "; or set Solver = PolynomialSolver.GradientDescent";
                Require(Loss is MeanSquaredError, nameof(Loss), Loss.Name, "new MeanSquaredError() for QR" + Mend);
                Require(L1Regularization == 0, nameof(L1Regularization), L1Regularization, "0 for QR" + Mend);
                Require(EarlyStopping is null, nameof(EarlyStopping), EarlyStopping, "null for QR, which has no epochs" + Mend);
                Require(Communicator is null, nameof(Communicator), "set", "null for QR, which solves in one pass: let each process do it by itself" + Mend);
                Require(ValidationFraction == 0, nameof(ValidationFraction), ValidationFraction, "0 for QR: give a ValidationSet to measure on" + Mend);
            }
        }
    }
}
