using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>A figure that is reported beside the loss. Row weights do not enter it.</summary>
public abstract record Metric
{
    /// <summary>The name for people, for example <c>accuracy</c>.</summary>
    public abstract string Name { get; }

    /// <summary>True when more is better.</summary>
    public abstract bool HigherIsBetter { get; }

    /// <summary>What targets call for: <see cref="Accuracy"/> for classes, else <see cref="RootMeanSquaredError"/>.</summary>
    /// <param name="targets">The wanted outputs.</param>
    public static Metric For(IRowSource<float> targets) => targets is ClassRows ? new Accuracy() : new RootMeanSquaredError();

    /// <summary>What a batch adds to the total.</summary>
    /// <param name="backend">Where the tensors live.</param>
    /// <param name="pass">The batch; <see cref="LossPass{T}.RowLosses"/> may be used as scratch memory.</param>
    public abstract double Measure<T>(IBackend<T> backend, in LossPass<T> pass)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>The figure of all batches together.</summary>
    /// <param name="total">Sum of what <see cref="Measure"/> returned.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Outputs of a row.</param>
    public abstract double Finish(double total, long rows, int columns);
}
