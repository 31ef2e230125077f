using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>What the rows of a pass add up to.</summary>
internal struct LinearSums
{
    /// <summary>Numbers that <see cref="Write"/> writes.</summary>
    public const int Numbers = 3;

    /// <summary>Σ weight · loss.</summary>
    public double Loss;

    /// <summary>Σ weight.</summary>
    public double Weight;

    /// <summary>Σ weight · error².</summary>
    public double Squares;

    /// <summary>√(weighted mean of error²); 0 for rows that all weigh 0.</summary>
    public readonly double RootMeanSquaredError => Weight > 0 ? Math.Sqrt(Squares / Weight) : 0;

    public static LinearSums operator +(in LinearSums a, in LinearSums b) => new()
    {
        Loss = a.Loss + b.Loss,
        Weight = a.Weight + b.Weight,
        Squares = a.Squares + b.Squares,
    };

    /// <summary>The sums that <see cref="Write"/> has written.</summary>
    public static LinearSums Read(ReadOnlySpan<double> numbers) => new() { Loss = numbers[0], Weight = numbers[1], Squares = numbers[2] };

    /// <summary>Writes them as <see cref="Numbers"/> numbers.</summary>
    public readonly void Write(Span<double> numbers) => (numbers[0], numbers[1], numbers[2]) = (Loss, Weight, Squares);

    /// <summary>Sum or mean, as the loss says.</summary>
    public readonly double Reduced(Loss loss) => LossSums.Reduce(loss, Loss, Weight, 1);
}

/// <summary>The loss of eight rows at a time, added up.</summary>
internal struct LaneSums
{
    private Vector512<double> _loss;
    private Vector512<double> _weight;
    private Vector512<double> _squares;
    private long _rows;

    /// <summary>Adds eight rows; gives weight · ∂loss/∂prediction of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Add<TRule>(TRule rule, Vector512<double> prediction, Vector512<double> target)
        where TRule : struct, ILossRule
    {
        Vector512<double> error = prediction - target;
        _squares = Vector512.FusedMultiplyAdd(error, error, _squares);
        _loss += rule.Value(new DoubleLane(prediction), new DoubleLane(target)).Value;
        _rows += DoubleLane.Count;
        return rule.Derivative(new DoubleLane(prediction), new DoubleLane(target)).Value;
    }

    /// <inheritdoc cref="Add{TRule}(TRule, Vector512{double}, Vector512{double})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Add<TRule>(TRule rule, Vector512<double> prediction, Vector512<double> target, Vector512<double> weight)
        where TRule : struct, ILossRule
    {
        Vector512<double> error = prediction - target;
        _squares = Vector512.FusedMultiplyAdd(weight * error, error, _squares);
        _loss += weight * rule.Value(new DoubleLane(prediction), new DoubleLane(target)).Value;
        _weight += weight;
        return weight * rule.Derivative(new DoubleLane(prediction), new DoubleLane(target)).Value;
    }

    public readonly LinearSums Total(bool weighted) => new()
    {
        Loss = Wide.Sum(_loss),
        Weight = weighted ? Wide.Sum(_weight) : _rows,
        Squares = Wide.Sum(_squares),
    };
}
