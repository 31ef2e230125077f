namespace MLNet.GradientTrainers.Kernels;

/// <summary>The registry of the optimizers: the one list that names, files and menus derive from.</summary>
public static class Optimizers
{
    /// <summary>One of each kind, with its default settings.</summary>
    public static IReadOnlyList<Optimizer> All => Registry.All;

    internal static Registry<Optimizer> Registry { get; } = new(
        "optimizer",
        new Sgd(),
        new Adagrad(),
        new Adadelta(),
        new RMSprop(),
        new Adam(),
        new AMSGrad(),
        new AdamW(),
        new Nadam(),
        new RAdam(),
        new Lion())
    {
        ["momentum"] = new Sgd { Momentum = 0.9 },
        ["nesterov"] = new Sgd { Momentum = 0.9, Nesterov = true },
    };

    /// <summary>The one of a name, with its default settings; change them by <c>with</c>.</summary>
    /// <param name="name">A name of <see cref="All"/>, or <c>momentum</c> or <c>nesterov</c>: SGD with such a momentum of 0.9. Case does not matter.</param>
    /// <exception cref="ArgumentException">The name is unknown; the message lists the known ones.</exception>
    public static Optimizer Create(string name) => Registry.Create(name);

    /// <summary>The rate that optimizers of this kind have unless they are given another one; infinity for a kind that is not of <see cref="All"/>.</summary>
    internal static double DefaultLearningRate(Optimizer optimizer) => All.FirstOrDefault(one => one.GetType() == optimizer.GetType())?.LearningRate ?? double.PositiveInfinity;
}
