using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>A figure that is reported beside the loss. Rows count by their weights, as in the loss.</summary>
public abstract record Metric
{
    /// <summary>The name for people, for example <c>accuracy</c>.</summary>
    public abstract string Name { get; }

    /// <summary>True when more is better.</summary>
    public abstract bool HigherIsBetter { get; }

    /// <summary>
    /// What targets and loss call for: <see cref="Accuracy"/> for classes, <see cref="BinaryAccuracy"/> for answers of yes or no, else
    /// <see cref="RootMeanSquaredError"/>.
    /// </summary>
    /// <param name="targets">The wanted outputs.</param>
    /// <param name="link">The loss's <see cref="Loss.Link"/>.</param>
    public static Metric For(IRowSource<float> targets, OutputLink link = OutputLink.Identity) =>
        targets is ClassRows ? new Accuracy() : ForNumbers(link);

    /// <summary>The same for targets that are no classes.</summary>
    /// <param name="link">The loss's <see cref="Loss.Link"/>.</param>
    public static Metric ForNumbers(OutputLink link) => link switch
    {
        OutputLink.Softmax => new Accuracy(),
        OutputLink.Sigmoid => new BinaryAccuracy(),
        _ => new RootMeanSquaredError { Exponential = link == OutputLink.Exponential },
    };

    /// <summary>What a batch adds to the total, the sum over its rows, each times its weight: totals[index].</summary>
    /// <param name="backend">Where the tensors live.</param>
    /// <param name="pass">The batch and its rows' weights; <see cref="LossPass{T}.RowLosses"/> may be used as scratch memory.</param>
    /// <param name="totals">Receives the sum, which is read later: the back end may not have it yet when this returns.</param>
    /// <param name="index">Its place.</param>
    public abstract void Measure<T>(IBackend<T> backend, in LossPass<T> pass, Totals totals, int index)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>The figure of all batches together.</summary>
    /// <param name="total">Sum of what <see cref="Measure"/> returned.</param>
    /// <param name="weight">Sum of the rows' weights, above 0; the number of rows without weights.</param>
    /// <param name="columns">Outputs of a row.</param>
    public abstract double Finish(double total, double weight, int columns);
}
