using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>What trainers of answers of yes or no choose beside what their kind of network does.</summary>
internal static class BinaryChoices
{
    /// <summary>Fewer rows leave too few to calibrate by.</summary>
    private const int FewestRows = 100;

    private const double HeldOut = 0.1;

    /// <summary>Whether something is fitted to rows that the network was not trained on.</summary>
    public static bool WantsHeldOut(IBinaryTrainerOptions options) => options.Calibrate || options.Threshold.IsChosen;

    /// <summary>Holds a part of the rows out where nothing else tells how sure the network may be.</summary>
    /// <param name="wantsHeldOut">Whether something is fitted to them.</param>
    /// <param name="candidates">What the network is trained with.</param>
    /// <param name="facts">What the choice is by.</param>
    public static IReadOnlyList<NetworkTrainerOptions> Of(bool wantsHeldOut, IReadOnlyList<NetworkTrainerOptions> candidates, in TrainingFacts facts)
    {
        bool needs = wantsHeldOut && facts is { HasValidation: false, GoesOn: false, Rows: >= FewestRows };
        return needs && candidates.All(candidate => candidate is { Members: 1, ValidationFraction: 0 }) ? [.. candidates.Select(candidate => candidate with { ValidationFraction = HeldOut })] : candidates;
    }

    /// <summary>Throws when an option is out of its range.</summary>
    public static void Validate(IBinaryTrainerOptions options, Loss loss, Action<bool, string, object?, string> require)
    {
        require(options.Threshold is not null, nameof(options.Threshold), null, $"a probability such as 0.5, or {nameof(DecisionThreshold)}.{nameof(DecisionThreshold.BestF1)}");
        require(loss.Link == OutputLink.Sigmoid, nameof(DescentOptions.Loss), loss.Name, $"a loss of answers of yes or no: new {nameof(BinaryCrossEntropy)}()");
    }
}
