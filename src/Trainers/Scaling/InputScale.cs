using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// How features come into a network: layers in front of it that take off and multiply by what the training rows tell, shorten long tails, and encode in bins. They are part of the model.
/// </summary>
/// <param name="spread">What is taken off and multiplied by; null for features as they come.</param>
/// <param name="shortens">Whether the tails of scaled values are shortened.</param>
/// <param name="bins">The bins of the features so far; null for none.</param>
/// <param name="before">Other scales in front of <paramref name="spread"/>, one behind the other, such as those of the pipeline that an imported network was trained in.</param>
internal sealed class InputScale(ColumnSpread? spread, bool shortens, ColumnBins? bins, params ColumnSpread[] before)
{
    /// <summary>Beyond 3 scaled values grow as their logarithm: outliers and long tails stay near, and apart.</summary>
    private static readonly Asinh Tails = new(3);

    /// <summary>The layers.</summary>
    public IReadOnlyList<Layer> Layers { get; } =
    [
        .. before.Select(_ => new Normalization()),
        .. spread is null ? [] : new Layer[] { new Normalization() },
        .. shortens ? new Layer[] { new ActivationLayer(Tails) } : [],
        .. bins is null ? [] : new Layer[] { new PiecewiseLinearEncoding(bins.Bins) },
    ];

    /// <summary>How many bins a feature has; 0 without any.</summary>
    public int Bins => bins?.Bins ?? 0;

    /// <summary>Measures rows.</summary>
    /// <param name="rows">The training rows, as the network gets them.</param>
    /// <param name="input">The network's input.</param>
    /// <param name="options">What is asked for.</param>
    public static InputScale Of(TrainingData rows, TensorShape input, NetworkTrainerOptions options)
    {
        var (spread, shortens) = Spread(rows, input, options.TableScaling);
        return new(spread, shortens, options.Bins == 0 || StaySparse(rows, input) ? null : ColumnBins.Of(rows, options.Bins, (feature, value) => Scaled(spread, shortens, feature, value)));
    }

    /// <summary>How many layers in front of a network scale features.</summary>
    public static int LayersIn(NetworkDefinition network)
    {
        var layers = network.Layers;
        int scales = Normalizations(layers);
        int last = scales + (Shortens(layers, scales) ? 1 : 0);
        return last + (last < layers.Count && layers[last] is PiecewiseLinearEncoding ? 1 : 0);
    }

    /// <summary>The scale of a trained network.</summary>
    /// <param name="weights">The network.</param>
    /// <param name="own">The layers that the trainer asks for behind it, as a layer that scales may be their first one.</param>
    public static InputScale Of(NetworkWeights weights, NetworkDefinition own)
    {
        var layers = weights.Definition.Layers;
        if (layers.SequenceEqual(own.Layers))
        {
            return new(null, shortens: false, null);
        }

        int scales = Math.Max(0, Normalizations(layers) - Normalizations(own.Layers));
        bool shortens = Shortens(layers, scales);
        int last = scales + (shortens ? 1 : 0);
        ColumnSpread[] spreads = [.. Enumerable.Range(0, scales).Select(layer => new ColumnSpread(weights[layer, Normalization.Mean].ToArray(), weights[layer, Normalization.Scale].ToArray()))];
        return new(
            spreads.LastOrDefault(),
            shortens,
            last < layers.Count && layers[last] is PiecewiseLinearEncoding encoding
                ? new ColumnBins(encoding.Bins, weights[last, PiecewiseLinearEncoding.Start].ToArray(), weights[last, PiecewiseLinearEncoding.Scale].ToArray())
                : null,
            [.. spreads.SkipLast(1)]);
    }

    /// <summary>What a model to go on with does to features, where that is not what is asked for; null where it is.</summary>
    /// <param name="asked">What the options ask for.</param>
    /// <param name="input">The network's input.</param>
    /// <param name="staysSparse">Whether the rows are sparse, whose scale is folded into the first layer and leaves no trace.</param>
    public FeatureScaling? OtherThan(FeatureScaling asked, TensorShape input, bool staysSparse)
    {
        var has = spread is null ? FeatureScaling.None : shortens ? FeatureScaling.Robust : FeatureScaling.Standard;
        bool agrees = asked == FeatureScaling.Auto || asked == has
            || (spread is null && staysSparse)
            || (asked == FeatureScaling.Robust && has == FeatureScaling.Standard && input.Rank == 3);
        return agrees ? null : has;
    }

    /// <summary>Gives a network's front layers their numbers.</summary>
    public void Fill(NetworkWeights weights)
    {
        int layer = 0;
        foreach (var each in spread is null ? before : [.. before, spread])
        {
            each.Centres.CopyTo(weights[layer, Normalization.Mean]);
            each.Scales.CopyTo(weights[layer++, Normalization.Scale]);
        }

        if (bins is not null)
        {
            bins.Starts.CopyTo(weights[Layers.Count - 1, PiecewiseLinearEncoding.Start]);
            bins.Scales.CopyTo(weights[Layers.Count - 1, PiecewiseLinearEncoding.Scale]);
        }
    }

    /// <summary>Whether it is the same as other weights of a dense layer behind it.</summary>
    public bool IsLinear => !shortens && bins is null;

    /// <summary>The weights of a dense layer for scaled features, behind the scale, from those of one for features as they are.</summary>
    /// <param name="weights">A network of one dense layer.</param>
    /// <param name="network">The scale and that layer.</param>
    public NetworkWeights Unfold(NetworkWeights weights, NetworkDefinition network)
    {
        if (spread is null)
        {
            return weights;
        }

        var unfolded = new NetworkWeights(network);
        Fill(unfolded);
        var from = weights[0, "weight"];
        var to = unfolded[1, "weight"];
        var biases = unfolded[1, "bias"];
        weights[0, "bias"].CopyTo(biases);
        for (int i = 0; i < from.Length; i++)
        {
            int feature = i / biases.Length;
            to[i] = spread.Scales[feature] == 0 ? 0 : from[i] / spread.Scales[feature];
            biases[i % biases.Length] += from[i] * spread.Centres[feature];
        }

        return unfolded;
    }

    private static int Normalizations(IReadOnlyList<Layer> layers) => layers.TakeWhile(layer => layer is Normalization).Count();

    private static bool Shortens(IReadOnlyList<Layer> layers, int scales) => scales > 0 && scales < layers.Count && layers[scales].Equals(new ActivationLayer(Tails));

    private static bool StaySparse(TrainingData rows, TensorShape input) => rows.IsSparse && input.Rank == 1;

    private static (ColumnSpread? Spread, bool Shortens) Spread(TrainingData rows, TensorShape input, FeatureScaling scaling) => scaling switch
    {
        FeatureScaling.None => (null, false),

        // What is taken off zeros fills them: see SparseScale.
        _ when StaySparse(rows, input) => (null, false),
        _ when input.Rank == 3 => (ColumnSpread.OfChannels(rows, input), false),
        FeatureScaling.Standard => (ColumnSpread.Standard(rows), false),
        _ => (ColumnSpread.Robust(rows), true),
    };

    /// <summary>What the layers in front of the bins make of a value.</summary>
    private static float Scaled(ColumnSpread? spread, bool shortens, int feature, float value)
    {
        float scaled = spread is null ? value : (value - spread.Centres[feature]) * spread.Scales[feature];
        return shortens ? (float)(Tails.Scale * Math.Asinh(scaled / Tails.Scale)) : scaled;
    }
}
