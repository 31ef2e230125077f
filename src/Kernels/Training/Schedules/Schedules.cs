namespace MLNet.GradientTrainers.Kernels;

/// <summary>The registry of the learning rate schedules: the one list that names, files and menus derive from.</summary>
public static class Schedules
{
    /// <summary>One of each kind, with its default settings.</summary>
    public static IReadOnlyList<LearningRateSchedule> All => Registry.All;

    internal static Registry<LearningRateSchedule> Registry { get; } = new(
        "schedule",
        LearningRateSchedule.Constant,
        new StepDecay(),
        new ExponentialDecay(),
        new InverseTimeDecay(),
        new PolynomialDecay(),
        new CosineAnnealing(),
        new OneCycle(),
        new ReduceOnPlateau());

    /// <summary>The one of a name, with its default settings; change them by <c>with</c>.</summary>
    /// <param name="name">A name of <see cref="All"/>; case does not matter.</param>
    /// <exception cref="ArgumentException">The name is unknown; the message lists the known ones.</exception>
    public static LearningRateSchedule Create(string name) => Registry.Create(name);
}
