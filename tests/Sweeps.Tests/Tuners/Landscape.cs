namespace MLNet.GradientTrainers.Sweeps.Tests;

/// <summary>A function like the loss of a small network over its settings: which optimizer, a valley along its rate, a width, a decay that hardly matters.</summary>
internal static class Landscape
{
    public static SearchSpace Space { get; } = SearchSpace.Empty
        .Choice(
            "Optimizer",
            new ChoiceOption("sgd", SearchSpace.Empty.Range("Rate", 1e-4, 1, logScale: true).Range("Momentum", 0, 0.99)),
            new ChoiceOption("adam", SearchSpace.Empty.Range("Rate", 1e-5, 0.1, logScale: true)),
            new ChoiceOption("lion", SearchSpace.Empty.Range("Rate", 1e-6, 1e-2, logScale: true)))
        .Integer("Width", 8, 512, logScale: true)
        .Range("Dropout", 0, 0.5)
        .Choice("Activation", "relu", "tanh", "sigmoid", "silu")
        .Range("Decay", 1e-7, 1e-1, logScale: true);

    public static double Value(ParameterValues values)
    {
        string optimizer = values.Get<string>("Optimizer");
        double rate = Math.Log10(values.Get<double>($"Optimizer.{optimizer}.Rate"));
        double loss = optimizer switch
        {
            "sgd" => 0.15 + Square((rate + 1 + (1.5 * values.Get<double>("Optimizer.sgd.Momentum"))) / 1.5),
            "adam" => 0.05 + Square((rate + 2.7) / 1.2),
            _ => 0.1 + Square((rate + 3.8) / 1.2),
        };
        loss += 0.4 * Square(Math.Log2(values.Get<int>("Width") / 128.0) / 3);
        loss += 1.5 * Square(values.Get<double>("Dropout") - 0.2);
        loss += values.Get<string>("Activation") switch { "sigmoid" => 0.4, "tanh" => 0.15, "relu" => 0.05, _ => 0 };
        return loss + (0.02 * Square(Math.Log10(values.Get<double>("Decay")) + 4));
    }

    /// <summary>Over all of <see cref="TrainerSpaces.Mlp"/>: each optimizer best at its own rate, some of them better than others, and little of the rest.</summary>
    public static double PerceptronValue(ParameterValues values)
    {
        string optimizer = values.Get<string>("Optimizer");
        int number = TrainerSpaces.Optimizer.Options.ToList().FindIndex(option => option.Label == optimizer);
        var rates = (RealRange)TrainerSpaces.Optimizer.Options[number].Space.Parameters[0];
        return (4 * Square(rates.ToUnit(values.Get<double>($"Optimizer.{optimizer}.LearningRate")) - 0.5))
            + (0.03 * (number * 7 % 10))
            + (0.025 * Square(Math.Log2(values.Get<int>("Width") / 200.0)))
            + (0.03 * Math.Abs(values.Get<int>("Depth") - 2))
            + Square(values.Get<double>("Dropout") - 0.1)
            + (0.02 * (values.Get<string>("Schedule").Length % 5))
            + (0.02 * (values.Get<string>("Activation").Length % 4))
            + (0.02 * Square(Math.Log2(values.Get<int>("BatchSize") / 64.0)));
    }

    private static double Square(double x) => x * x;
}
