using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// How features come into a network: layers in front of it that take off and multiply by what the training rows tell, and clip smoothly. They are part of the model.
/// </summary>
/// <param name="spread">What the layers compute with; null for features as they come.</param>
/// <param name="clips">Whether scaled values are clipped.</param>
internal sealed class InputScale(ColumnSpread? spread, bool clips)
{
    /// <summary>Scaled values tend to 3 at most: x / √(1 + (x/3)²).</summary>
    private static readonly ActivationLayer Clip = new(new ISRU(1.0 / 9));

    /// <summary>The layers.</summary>
    public IReadOnlyList<Layer> Layers => spread is null ? [] : clips ? [new Normalization(), Clip] : [new Normalization()];

    /// <summary>Measures rows.</summary>
    /// <param name="rows">The training rows, as the network gets them.</param>
    /// <param name="input">The network's input.</param>
    /// <param name="scaling">What the options ask for.</param>
    public static InputScale Of(TrainingData rows, TensorShape input, FeatureScaling scaling) => scaling switch
    {
        FeatureScaling.None => new(null, false),

        // What is taken off zeros fills them: see SparseScale.
        _ when rows.IsSparse && input.Rank == 1 => new(null, false),
        _ when input.Rank == 3 => new(ColumnSpread.OfChannels(rows, input), false),
        FeatureScaling.Standard => new(ColumnSpread.Standard(rows), false),
        _ => new(ColumnSpread.Robust(rows), true),
    };

    /// <summary>The scale of a trained network.</summary>
    public static InputScale Of(NetworkWeights weights)
    {
        var layers = weights.Definition.Layers;
        return layers[0] is Normalization
            ? new(new ColumnSpread(weights[0, Normalization.Mean].ToArray(), weights[0, Normalization.Scale].ToArray()), layers.Count > 1 && layers[1].Equals(Clip))
            : new(null, false);
    }

    /// <summary>Gives a network's front layers their numbers.</summary>
    public void Fill(NetworkWeights weights)
    {
        if (spread is not null)
        {
            spread.Centres.CopyTo(weights[0, Normalization.Mean]);
            spread.Scales.CopyTo(weights[0, Normalization.Scale]);
        }
    }
}
