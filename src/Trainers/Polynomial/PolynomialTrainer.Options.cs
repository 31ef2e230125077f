using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

public sealed partial class PolynomialTrainer
{
    /// <summary>Default values.</summary>
    public static class Defaults
    {
        /// <summary>Default of <see cref="Options.Degree"/>.</summary>
        public const int Degree = 2;

        /// <summary>Default of <see cref="Options.InteractionOnly"/>.</summary>
        public const bool InteractionOnly = false;

        /// <summary>Default of <see cref="GradientTrainerOptions.L2Regularization"/>.</summary>
        public const double L2Regularization = 0;

        /// <summary>Default of <see cref="Options.FitIntercept"/>.</summary>
        public const bool FitIntercept = true;

        /// <summary>Default of <see cref="Options.Solver"/>.</summary>
        public const PolynomialSolver Solver = PolynomialSolver.QR;

        /// <summary>Default of <see cref="GradientTrainerOptions.NumberOfEpochs"/>.</summary>
        public const int NumberOfEpochs = 500;

        /// <summary>Default of <see cref="BatchTrainerOptions.BatchSize"/>.</summary>
        public const int BatchSize = 128;

        /// <summary>Learning rate of the default optimizer, Adam.</summary>
        public const double LearningRate = 0.01;
    }

    /// <summary>The options of <see cref="PolynomialTrainer"/>.</summary>
    public sealed class Options : BatchTrainerOptions
    {
        /// <summary>The largest <see cref="Degree"/>.</summary>
        public const int MaxDegree = 64;

        /// <summary>Creates options with their defaults: QR; for gradient descent Adam, 500 epochs, batches of 128 rows.</summary>
        public Options()
            : base(new MeanSquaredError(), new Adam { LearningRate = Defaults.LearningRate }, Defaults.NumberOfEpochs, Defaults.BatchSize)
        {
        }

        /// <summary>The largest sum of a term's powers, in [1, 64]. Default: 2.</summary>
        public int Degree { get; set; } = Defaults.Degree;

        /// <summary>Whether a term has each feature at most once: x1·x2 but not x1^2. Default: false.</summary>
        public bool InteractionOnly { get; set; } = Defaults.InteractionOnly;

        /// <summary>Whether there is a constant term. Default: true; without it the polynomial is 0 where all features are 0.</summary>
        public bool FitIntercept { get; set; } = Defaults.FitIntercept;

        /// <summary>
        /// How the coefficients are found. Default: QR. The optimizer, its rate and schedule, epochs and batches, the loss, L1, clipping, early stopping and the share of
        /// validation rows are for <see cref="PolynomialSolver.GradientDescent"/> only.
        /// </summary>
        public PolynomialSolver Solver { get; set; } = Defaults.Solver;

        internal override string TrainerName => nameof(PolynomialTrainer);

        internal override void Validate()
        {
            base.Validate();
            Require(Degree is >= 1 and <= MaxDegree, nameof(Degree), Degree, $"in [1, {MaxDegree}]");
            Require(Enum.IsDefined(Solver), nameof(Solver), Solver, "QR or GradientDescent");
            Require(!Loss.HasAbsoluteTargets, nameof(Loss), Loss.Name, "a loss of numbers, for example new MeanSquaredError() or new Huber()");
            if (Solver == PolynomialSolver.QR)
            {
                const string Mend = "; or set Solver = PolynomialSolver.GradientDescent";
                Require(Loss is MeanSquaredError, nameof(Loss), Loss.Name, "new MeanSquaredError() for QR" + Mend);
                Require(L1Regularization == 0, nameof(L1Regularization), L1Regularization, "0 for QR" + Mend);
                Require(EarlyStopping is null, nameof(EarlyStopping), EarlyStopping, "null for QR, which has no epochs" + Mend);
                Require(ValidationFraction == 0, nameof(ValidationFraction), ValidationFraction, "0 for QR: give a ValidationSet to measure on" + Mend);
            }
        }
    }
}
