using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Which layers of a network training changes, how fast, and where the gradients of their parameters lie: one after another, those of frozen layers left out. So norms, sums and the optimizer's
/// state are of what is trained alone.
/// </summary>
internal sealed class LayerTraining
{
    private readonly NetworkDefinition _definition;
    private readonly double[] _rates;
    private readonly Dictionary<ParameterSlot, int> _gradients = [];

    /// <param name="definition">The network.</param>
    /// <param name="rates">A factor of the learning rate for each layer, 0 for a frozen one; null for 1.</param>
    /// <exception cref="ArgumentException">There are more or fewer than layers, or one is negative or not finite.</exception>
    public LayerTraining(NetworkDefinition definition, IReadOnlyList<double>? rates)
    {
        _definition = definition;
        _rates = rates is null ? [.. Enumerable.Repeat(1.0, definition.Layers.Count)] : [.. rates];
        if (_rates.Length != definition.Layers.Count)
        {
            throw new ArgumentException($"There are {_rates.Length} factors of the learning rate for the {definition.Layers.Count} layers of {definition}. Give one for each, 0 for a frozen layer.", nameof(rates));
        }

        for (int i = 0; i < _rates.Length; i++)
        {
            if (!(_rates[i] >= 0) || !double.IsFinite(_rates[i]))
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The factor of the learning rate of layer {i + 1} is {_rates[i]}, but it must be a finite number of at least 0: 1 for the rate itself, 0 for a frozen layer."), nameof(rates));
            }
        }

        IsUniform = Array.TrueForAll(_rates, rate => rate == 1);
        foreach (ParameterSlot slot in definition.Parameters.Where(slot => slot.Spec.Trainable && !IsFrozen(slot.Layer)))
        {
            _gradients.Add(slot, GradientLength);
            GradientLength = NetworkDefinition.Align(GradientLength + slot.Length);
        }

        FirstTrained = _gradients.Count == 0 ? definition.Layers.Count : _gradients.Keys.Min(slot => slot.Layer);
        SmallestBatch = Enumerable.Range(0, _rates.Length).Where(layer => !IsFrozen(layer)).Select(SmallestBatchOf).Append(1).Max();
    }

    /// <summary>The factors, one for each layer.</summary>
    public IReadOnlyList<double> Rates => _rates;

    /// <summary>Whether all layers are trained at the rate itself.</summary>
    public bool IsUniform { get; }

    /// <summary>Index of the lowest layer with weights to train, below which a backward pass has nothing to do; the number of layers where there is none.</summary>
    public int FirstTrained { get; }

    /// <summary>Length of the vector of gradients, gaps that align each parameter included.</summary>
    public int GradientLength { get; }

    /// <summary>Rows that a batch of training must have: <see cref="NetworkDefinition.SmallestBatch"/> without frozen layers, which look at no other rows.</summary>
    public int SmallestBatch { get; }

    /// <summary>Whether training leaves a layer as it is.</summary>
    public bool IsFrozen(int layer) => _rates[layer] == 0;

    /// <summary>Place of a parameter's gradient; null for one that has none.</summary>
    public int? GradientOf(ParameterSlot slot) => _gradients.TryGetValue(slot, out int place) ? place : null;

    /// <summary>The layers that have gradients, and the places of their first ones, in the order of the layers and of the vector.</summary>
    public IEnumerable<(int Layer, int Start)> Gradients() => _gradients.GroupBy(pair => pair.Key.Layer, (layer, pairs) => (layer, pairs.Min(pair => pair.Value))).OrderBy(pair => pair.Item2);

    /// <summary>Throws when the network can't learn from batches of a size.</summary>
    /// <inheritdoc cref="NetworkDefinition.CheckBatchSize" path="/param | /exception"/>
    public void CheckBatchSize(int batchSize)
    {
        if (batchSize < SmallestBatch)
        {
            int layer = Enumerable.Range(0, _rates.Length).First(i => !IsFrozen(i) && SmallestBatchOf(i) > batchSize);
            throw new ArgumentException(
                $"Layer {layer + 1} of {_rates.Length} ({_definition.Layers[layer].Name}), with input {_definition.Shapes[layer]}: batch normalization of one number a channel, all that a batch of one row has, always gives the same, so that nothing before it learns. Set {nameof(TrainingOptions.BatchSize)} to at least {SmallestBatch}, or take layer normalization, which needs no other rows.",
                nameof(batchSize));
        }
    }

    /// <summary>The runs of trained parameters with one answer, whose weights lie together, as their gradients do.</summary>
    /// <param name="question">What is asked.</param>
    /// <returns>Each run's first weight and first gradient, its length, gaps within it included, and the answer.</returns>
    public List<(int Weights, int Gradients, int Length, TAnswer Answer)> Trained<TAnswer>(Func<ParameterSlot, TAnswer> question)
    {
        List<(int Weights, int Gradients, int Length, TAnswer Answer)> runs = [];
        foreach ((ParameterSlot slot, int place) in _gradients.OrderBy(pair => pair.Value))
        {
            TAnswer answer = question(slot);
            if (runs.Count == 0 || !EqualityComparer<TAnswer>.Default.Equals(runs[^1].Answer, answer) || slot.Offset - runs[^1].Weights != place - runs[^1].Gradients)
            {
                runs.Add((slot.Offset, place, 0, answer));
            }

            runs[^1] = runs[^1] with { Length = slot.Offset + slot.Length - runs[^1].Weights };
        }

        return runs;
    }

    /// <summary>The ranges of a network's parameters that training changes: trained weights, and the running statistics of layers that are not frozen.</summary>
    public List<(int Start, int Length)> Changing() => Ranges(slot => !IsFrozen(slot.Layer));

    /// <summary>The ranges of the running statistics that training changes.</summary>
    public List<(int Start, int Length)> Statistics() => Ranges(slot => slot.Spec.IsStatistic && !IsFrozen(slot.Layer));

    private int SmallestBatchOf(int layer) => _definition.Layers[layer].SmallestBatch(_definition.Shapes[layer]);

    private List<(int Start, int Length)> Ranges(Func<ParameterSlot, bool> isIn)
    {
        List<(int Start, int Length)> ranges = [];
        bool before = false;
        foreach (ParameterSlot slot in _definition.Parameters)
        {
            bool now = isIn(slot);
            if (now && !before)
            {
                ranges.Add((slot.Offset, 0));
            }

            if (now)
            {
                ranges[^1] = ranges[^1] with { Length = slot.Offset + slot.Length - ranges[^1].Start };
            }

            before = now;
        }

        return ranges;
    }
}
