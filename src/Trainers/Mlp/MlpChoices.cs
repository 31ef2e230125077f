using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// What multilayer perceptrons are trained with where the options leave it open. docs/defaults.md tells how it was measured, on training rows alone.
/// </summary>
internal static class MlpChoices
{
    /// <summary>Probability that a hidden unit is dropped where no strength of the weight decay is chosen, which does as well.</summary>
    public const double Dropout = 0.15;

    /// <summary>Up to so many rows, several networks take less time than one of a large table, and make up for what a single one learns by chance.</summary>
    private const int MostRowsOfMembers = 4000;

    /// <summary>Fewer rows leave too few for each part.</summary>
    private const int FewestRowsOfMembers = 32;

    private const int Members = 4;

    /// <summary>Row visits that a large table is trained for, within the limits of epochs.</summary>
    private const int Visits = 1_200_000;

    private const int FewestEpochs = 20;
    private const int MostEpochs = 60;
    private const double HeldOut = 0.1;

    /// <summary>From weak to strong regularisation: what is right depends on how much of the label is noise, which only rows that were not trained on tell.</summary>
    private static readonly (double WeightDecay, double LearningRate, int Updates)[] Strengths = [(0.1, 0.01, 500), (0.4, 0.01, 500), (1.5, 0.01, 500), (4, 0.005, 300)];

    /// <summary>Fewer and larger steps do as well for few rows, and time is then that of steps.</summary>
    private static readonly (double WeightDecay, double LearningRate, int Updates)[] StrengthsOfFew = [(0.1, 0.015, 350), (0.4, 0.015, 350), (1.5, 0.015, 350), (4, 0.0075, 210)];

    /// <summary>Few, for <see cref="StrengthsOfFew"/>; the settings of more rows come nearer to <see cref="Strengths"/> in a line.</summary>
    private const int MostRowsOfFew = 128;

    /// <summary>From so many rows on, <see cref="Strengths"/> as they are: on curved tables steps can't be saved any more.</summary>
    private const int FewestRowsOfMore = 256;

    /// <summary>Where nothing chooses.</summary>
    private static readonly (double WeightDecay, double LearningRate, int Updates) Usual = (0.3, 0.01, 500);

    /// <summary>For going on with a model, which few rows at the rate of a start would make forget.</summary>
    private static readonly (double WeightDecay, double LearningRate, int Updates) GoingOn = (0.3, 0.001, 100);

    /// <summary>For large tables, whose networks are wider.</summary>
    private static readonly (double WeightDecay, double LearningRate, int Updates) UsualOfMany = (0.3, 0.005, 0);

    /// <summary>Units of the hidden layers for so many rows.</summary>
    public static int[] HiddenLayers(int rows) => rows switch
    {
        <= MostRowsOfMembers => [64, 64],
        <= 20_000 => [256, 128],
        _ => [512, 256],
    };

    /// <summary>The candidates among which rows that were not trained on choose; one where nothing is left open, or where there are no such rows.</summary>
    public static IReadOnlyList<MlpOptions> Of(MlpOptions options, TrainingFacts facts)
    {
        bool isOpen = options.NumberOfEpochs is null;
        bool isSmall = facts.Rows <= MostRowsOfMembers;
        int members = options.Members ?? (isOpen && isSmall && !facts.IsSparse && facts.Rows >= FewestRowsOfMembers ? Members : 1);
        int rows = members == 1 || facts.HasValidation || facts.GoesOn ? facts.Rows : facts.Rows - (facts.Rows / members);
        bool chooses = isOpen && options.Optimizer is null && isSmall && !facts.GoesOn && (members > 1 || facts.HasValidation);
        int batchSize = options.BatchSize ?? Math.Clamp(rows / 8, 16, 128);
        var chosen = options with
        {
            Members = members,
            BatchSize = batchSize,
            HiddenLayers = options.HiddenLayers ?? HiddenLayers(facts.Rows),
            Dropout = options.Dropout ?? (chooses || facts.GoesOn ? 0 : Dropout),
        };
        if (facts.GoesOn)
        {
            return [With(chosen, GoingOn, batchSize, rows)];
        }

        if (!isSmall && isOpen && members == 1)
        {
            chosen = chosen with { NumberOfEpochs = Math.Clamp(Visits / rows, FewestEpochs, MostEpochs) };
            if (!facts.HasValidation && options.EarlyStopping is null)
            {
                chosen = chosen with { ValidationFraction = HeldOut };
            }

            // A rate that falls to 0 has its best epochs late: none is cut off, the best one is kept.
            chosen = chosen with { EarlyStopping = options.EarlyStopping ?? new EarlyStopping { Patience = chosen.NumberOfEpochs!.Value } };
            return [With(chosen, UsualOfMany, batchSize, rows)];
        }

        return [.. (chooses ? StrengthsFor(facts.Rows) : [Usual]).Select(strength => With(chosen, strength, batchSize, rows))];
    }

    private static (double WeightDecay, double LearningRate, int Updates)[] StrengthsFor(int rows)
    {
        double more = Math.Clamp((rows - MostRowsOfFew) / (double)(FewestRowsOfMore - MostRowsOfFew), 0, 1);
        return
        [
            .. StrengthsOfFew.Zip(
                Strengths,
                (few, many) => (few.WeightDecay, double.Lerp(few.LearningRate, many.LearningRate, more), (int)Math.Round(double.Lerp(few.Updates, many.Updates, more)))),
        ];
    }

    private static MlpOptions With(MlpOptions options, (double WeightDecay, double LearningRate, int Updates) strength, int batchSize, int rows) => options with
    {
        Optimizer = options.Optimizer ?? new AdamW { WeightDecay = strength.WeightDecay },
        LearningRate = options.LearningRate ?? options.Optimizer?.LearningRate ?? strength.LearningRate,
        NumberOfEpochs = options.NumberOfEpochs ?? Math.Max(1, (int)Math.Ceiling(strength.Updates / Math.Ceiling(rows / (double)batchSize))),
    };
}
