using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The updates of training on sparse batches. Of the first layer's weights only those of the inputs that a batch names have a gradient, but most optimizers move the others too, by their
/// momentum, or at least change their state. So the first layer's steps are kept, and each input's weights take theirs one after another when they are next needed, which gives the same
/// bits. What an optimizer says of steps without a gradient (<see cref="Optimizer.WithoutGradient"/>) saves those that no longer change a weight.
/// </summary>
internal sealed class DeferredUpdates<T> : IWeightUpdater<T>, IDeferredUpdates
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network<T> _network;
    private readonly GradientRows<T> _gradient;
    private readonly IdleSteps _idle;
    private IDeferredUpdates? _rows;

    /// <param name="network">A network that tells the rows of its gradients.</param>
    /// <param name="optimizer">The run's optimizer.</param>
    /// <param name="penalised">Whether weights change even without a gradient and without momentum.</param>
    public DeferredUpdates(Network<T> network, Optimizer optimizer, bool penalised)
    {
        _network = network;
        _gradient = network.GradientRows!;
        _idle = penalised || optimizer.WeightDecay > 0 ? IdleSteps.Endless : optimizer.WithoutGradient();
    }

    /// <summary>Whether the last gradient is that of a sparse batch.</summary>
    public bool Apply => !_gradient.All;

    /// <summary>Σ g² of such a gradient, which differs by rounding from that of a dense one: it is added up in another order. With a limit of the norm so do all weights.</summary>
    public double SumOfSquares(Tensor<T> gradient)
    {
        int first = Math.Min(gradient.Length, _gradient.Length);
        IBackend<T> backend = _network.Backend;
        return backend.SumOfSquares(gradient.Slice(0, first), _gradient.Rows, _gradient.Units) + backend.SumOfSquares(gradient.Slice(first, gradient.Length - first));
    }

    /// <summary>One step, from a gradient of which <see cref="Apply"/> is true: later for the first layer's weights, at once for all others.</summary>
    public void Update<TRule>(TRule rule, in UpdatePass<T> pass)
        where TRule : unmanaged, IUpdateRule
    {
        int first = _gradient.Length;
        UpdatePass<T> weights = pass.Slice(0, first);
        DeferredRows<T, TRule> rows = (DeferredRows<T, TRule>)(_rows ??= Rows<TRule>(weights));
        rows.Add(rule, pass.Transform, _gradient.Rows);
        _gradient.IsTaken = true;
        _network.Backend.Update(rule, pass.Slice(first, pass.Weights.Length - first));
    }

    /// <summary>The steps that were put off, in a checkpoint.</summary>
    /// <param name="state">The checkpoint.</param>
    /// <param name="step">Takes a step of the optimizer with an updater, as the first one of a run; it tells the type of the rule.</param>
    public void Exchange(CheckpointState state, Action<IWeightUpdater<T>> step)
    {
        bool any = _rows is not null;
        state.Value(ref any);
        if (any && _rows is null)
        {
            step(new Beginning(this));
        }

        ((ICheckpointed?)_rows)?.Exchange(state);
    }

    /// <inheritdoc/>
    public void Finish() => _rows?.Finish();

    /// <inheritdoc/>
    public void Finish(ReadOnlySpan<int> inputs) => _rows?.Finish(inputs);

    private DeferredRows<T, TRule> Rows<TRule>(in UpdatePass<T> weights)
        where TRule : unmanaged, IUpdateRule => new(_network.Backend, weights, _gradient.Units, _idle);

    /// <summary>Begins to put steps off without taking one.</summary>
    private sealed class Beginning(DeferredUpdates<T> owner) : IWeightUpdater<T>
    {
        public void Update<TRule>(TRule rule, in UpdatePass<T> pass)
            where TRule : unmanaged, IUpdateRule => owner._rows = owner.Rows<TRule>(pass.Slice(0, owner._gradient.Length));
    }
}
