using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>What linear classifiers are trained with where the options leave it open.</summary>
internal static class LinearClassifierChoices
{
    private const int MostRowsOfMembers = 4000;
    private const int FewestRowsOfMembers = 32;
    private const int Members = 4;
    private const double LearningRate = 0.05;
    private const int Updates = 600;
    private const int FewestEpochs = 10;

    /// <summary>For going on with a model, which few rows at the rate of a start would make forget.</summary>
    private const double RateOfGoingOn = 0.005;

    private const int UpdatesOfGoingOn = 100;

    /// <summary>Of the loss's mean over the rows, for standardised features.</summary>
    private static readonly double[] Penalties = [0.0003, 0.003, 0.03, 0.3];

    /// <summary>The candidates among which rows that were not trained on choose; one where nothing is left open, or where there are no such rows.</summary>
    public static IReadOnlyList<LinearClassifierOptions> Of(LinearClassifierOptions options, TrainingFacts facts)
    {
        bool isOpen = options.NumberOfEpochs is null;
        bool isSmall = facts.Rows <= MostRowsOfMembers;
        int members = options.Members ?? (isOpen && isSmall && !facts.IsSparse && facts.Rows >= FewestRowsOfMembers ? Members : 1);
        int rows = members == 1 || facts.HasValidation || facts.GoesOn ? facts.Rows : facts.Rows - (facts.Rows / members);
        int batchSize = options.BatchSize ?? Math.Clamp(rows / 4, 16, 256);
        double batches = Math.Ceiling(rows / (double)batchSize);
        var chosen = options with
        {
            Members = members,
            BatchSize = batchSize,
            Optimizer = options.Optimizer ?? new Adam(),
            LearningRate = options.LearningRate ?? options.Optimizer?.LearningRate ?? (facts.GoesOn ? RateOfGoingOn : LearningRate),
            NumberOfEpochs = options.NumberOfEpochs ?? (facts.GoesOn ? (int)Math.Ceiling(UpdatesOfGoingOn / batches) : Math.Max(FewestEpochs, (int)Math.Ceiling(Updates / batches))),
        };
        if (options is not { Optimizer: null, L1Regularization: 0, L2Regularization: 0 })
        {
            return [chosen];
        }

        bool chooses = isOpen && isSmall && !facts.GoesOn && (members > 1 || facts.HasValidation);
        return [.. (chooses ? Penalties : [1.0 / facts.Rows]).Select(penalty => chosen with { L2Regularization = penalty })];
    }
}
