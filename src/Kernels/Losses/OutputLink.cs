using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>What turns a network's outputs into scores at prediction time: the inverse of the link function that its loss is written for.</summary>
public enum OutputLink
{
    /// <summary>The outputs are the scores.</summary>
    Identity = 0,

    /// <summary>The outputs of a row are logits of classes of which one is true; the scores are their probabilities and sum to 1.</summary>
    Softmax = 1,

    /// <summary>Each output is the logit of a yes or no of its own; the score is its probability.</summary>
    Sigmoid = 2,

    /// <summary>Each output is the logarithm of what is counted; the score is above 0.</summary>
    Exponential = 3,
}

/// <summary>Applies output links.</summary>
public static class OutputLinks
{
    /// <summary>Replaces outputs by scores.</summary>
    /// <typeparam name="T">Element type.</typeparam>
    /// <param name="link">The link.</param>
    /// <param name="backend">Where the outputs live.</param>
    /// <param name="outputs">Rows × columns, changed in place.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Outputs of a row.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="link"/> is no link.</exception>
    public static void Apply<T>(this OutputLink link, IBackend<T> backend, Tensor<T> outputs, int rows, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(backend);
        switch (link)
        {
            case OutputLink.Identity:
                break;
            case OutputLink.Softmax:
                backend.Softmax(outputs, outputs, rows, columns);
                break;
            case OutputLink.Sigmoid:
                backend.Map(default(SigmoidRule), outputs, outputs);
                break;
            case OutputLink.Exponential:
                backend.Map(default(ExponentialRule), outputs, outputs);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(link), link, "There is no such output link.");
        }
    }
}

/// <summary>f(x) = eˣ; f′ = y.</summary>
internal readonly struct ExponentialRule : IActivationRule
{
    public static bool NeedsInput => false;

    public TLane Forward<TLane>(TLane x)
        where TLane : struct, ILane<TLane> =>
        TLane.Exp(x);

    public TLane Backward<TLane>(TLane x, TLane y, TLane outputGradient)
        where TLane : struct, ILane<TLane> =>
        outputGradient * y;
}
