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
    /// <param name="rows">Targets are 0 and 1, or between.</param>
    /// <param name="weights">Of a yes of each label.</param>
    /// <exception cref="InvalidOperationException">A target is between 0 and 1.</exception>
    public static TrainingData Apply(TrainingData rows, double[] weights)
    {
        float[] targets = new float[rows.Count * weights.Length];
        for (int row = 0; row < rows.Count; row++)
        {
            var target = targets.AsSpan(row * weights.Length, weights.Length);
            rows.Targets.Read([row], target);
            for (int label = 0; label < target.Length; label++)
            {
                target[label] = target[label] switch
                {
                    0 => -1,
                    1 => (float)weights[label],
                    var other => throw new InvalidOperationException($"Row {row} (counted from 0) has {other} as the target of label {label}; with {nameof(LabelWeights)} labels are 0 or 1. Leave the weights out, or round the labels."),
                };
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

/// <summary>The share of such answers that is told right: <see cref="BinaryAccuracy"/>, which takes targets of 0 and 1.</summary>
internal sealed record WeightedAnswersAccuracy : Metric
{
    public override string Name => "accuracy";

    public override bool HigherIsBetter => true;

    public override void Measure<T>(IBackend<T> backend, in LossPass<T> pass, Totals totals, int index)
    {
        backend.ElementLoss(default(AgreementRule), pass with { Gradient = default });
        backend.Sum(pass.RowLosses, totals, index);
    }

    public override double Finish(double total, double weight, int columns) => total / (weight * columns);

    internal readonly struct AgreementRule : ILossRule
    {
        public TLane Value<TLane>(TLane prediction, TLane target)
            where TLane : struct, ILane<TLane>
        {
            TLane zero = TLane.Create(0);
            TLane one = TLane.Create(1);
            TLane said = TLane.Select(TLane.GreaterThan(prediction, zero), one, zero);
            TLane wanted = TLane.Select(TLane.GreaterThan(target, zero), one, zero);
            return one - TLane.Abs(said - wanted);
        }

        public TLane Derivative<TLane>(TLane prediction, TLane target)
            where TLane : struct, ILane<TLane> =>
            TLane.Create(0);
    }
}
