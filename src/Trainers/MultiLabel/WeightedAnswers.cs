using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// <see cref="BinaryCrossEntropy"/> whose answers have weights of their own: a target above 0 is a yes that counts so much, one below 0 a no. A rule of one number for all outputs can't weigh each by its label.
/// </summary>
internal sealed record WeightedAnswers : ElementLoss<WeightedAnswersRule>
{
    public override string Name => "weighted-answers";

    public override OutputLink Link => OutputLink.Sigmoid;

    protected override WeightedAnswersRule Rule => default;

    /// <summary>The rows with the weights in their targets.</summary>
    /// <param name="rows">Targets are 0 and 1.</param>
    /// <param name="weights">Of a yes of each label.</param>
    public static TrainingData Apply(TrainingData rows, double[] weights)
    {
        float[] targets = new float[rows.Count * weights.Length];
        for (int row = 0; row < rows.Count; row++)
        {
            var target = targets.AsSpan(row * weights.Length, weights.Length);
            rows.Targets.Read([row], target);
            for (int label = 0; label < target.Length; label++)
            {
                target[label] = target[label] == 0 ? -1 : (float)weights[label];
            }
        }

        return new TrainingData(rows.Features, new DenseRows(targets, weights.Length), rows.Weights.IsEmpty ? null : rows.Weights.ToArray());
    }
}

/// <summary>The element rule of <see cref="WeightedAnswers"/>.</summary>
internal readonly struct WeightedAnswersRule : ILossRule
{
    public TLane Value<TLane>(TLane prediction, TLane target)
        where TLane : struct, ILane<TLane> =>
        TLane.Abs(target) * new BinaryCrossEntropyRule(1).Value(prediction, Answer(target));

    public TLane Derivative<TLane>(TLane prediction, TLane target)
        where TLane : struct, ILane<TLane> =>
        TLane.Abs(target) * new BinaryCrossEntropyRule(1).Derivative(prediction, Answer(target));

    private static TLane Answer<TLane>(TLane target)
        where TLane : struct, ILane<TLane> =>
        TLane.Select(TLane.GreaterThan(target, TLane.Create(0)), TLane.Create(1), TLane.Create(0));
}
