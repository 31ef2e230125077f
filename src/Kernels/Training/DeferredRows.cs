using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The rows of a weight matrix that have not taken all steps yet, and these steps. A row's first one may have a gradient, which waits in its place until it is taken; then it is 0.
/// </summary>
/// <typeparam name="T">Element type.</typeparam>
/// <typeparam name="TRule">The optimizer's rule.</typeparam>
internal sealed class DeferredRows<T, TRule> : IDeferredUpdates, ICheckpointed
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TRule : unmanaged, IUpdateRule
{
    /// <summary>So many steps are kept at most; then all rows take theirs.</summary>
    private const int MostSteps = 4096;

    /// <summary>A row that has never had a gradient, where that keeps it as it is.</summary>
    private const int Untouched = -1;

    private readonly IBackend<T> _backend;
    private readonly UpdatePass<T> _weights;
    private readonly int _columns;
    private readonly IdleSteps _idle;
    private readonly UpdateStep<TRule>[] _steps;
    private readonly int[] _taken;
    private readonly int[] _lateRows;
    private readonly int[] _lateTaken;
    private int _count;

    /// <param name="backend">Where the tensors live.</param>
    /// <param name="weights">Weights, gradient and states.</param>
    /// <param name="columns">Elements of a row.</param>
    /// <param name="idle">What steps without a gradient do.</param>
    public DeferredRows(IBackend<T> backend, in UpdatePass<T> weights, int columns, IdleSteps idle)
    {
        _backend = backend;
        _weights = weights;
        _columns = columns;
        _idle = idle;
        int rows = weights.Weights.Length / columns;
        _steps = new UpdateStep<TRule>[MostSteps];
        _taken = new int[rows];
        _lateRows = new int[rows];
        _lateTaken = new int[rows];
        if (idle.Movement < 1)
        {
            _taken.AsSpan().Fill(Untouched);
        }
    }

    /// <summary>Notes a step with the gradient of some rows, which have taken all steps before.</summary>
    public void Add(TRule rule, GradientTransform transform, ReadOnlySpan<int> rows)
    {
        foreach (int row in rows)
        {
            _taken[row] = _count;
        }

        _steps[_count++] = new UpdateStep<TRule>(rule, transform);
        if (_count == MostSteps)
        {
            Finish();
        }
    }

    /// <inheritdoc/>
    public void Finish()
    {
        if (_count == 0)
        {
            return;
        }

        int late = 0;
        for (int row = 0; row < _taken.Length; row++)
        {
            late = Note(row, late);
        }

        TakeSteps(late);
        foreach (ref int taken in _taken.AsSpan())
        {
            taken = Math.Min(taken, 0);
        }

        _count = 0;
    }

    /// <inheritdoc/>
    public void Finish(ReadOnlySpan<int> inputs)
    {
        int late = 0;
        foreach (int row in inputs)
        {
            late = Note(row, late);
        }

        TakeSteps(late);
    }

    /// <inheritdoc/>
    /// <remarks>As it is: taking the steps early would round differently.</remarks>
    public void Exchange(CheckpointState state)
    {
        state.Part("deferred");
        state.Same("bytes in a step", Unsafe.SizeOf<UpdateStep<TRule>>());
        state.Value(ref _count);
        if ((uint)_count >= MostSteps)
        {
            throw new FormatException($"it has put off {_count} steps, of at most {MostSteps - 1}");
        }

        state.Values(MemoryMarshal.AsBytes(_steps.AsSpan(0, _count)));
        state.Values<int>(_taken);
        if (_taken.AsSpan().ContainsAnyExceptInRange(Untouched, _count))
        {
            throw new FormatException("it has rows that have taken more steps than there were");
        }

        if (_count > 0)
        {
            // The gradients that wait.
            state.Tensor(_backend, _weights.Gradient);
        }
    }

    /// <summary>Puts a row on the list where it has missed steps; returns the list's length.</summary>
    private int Note(int row, int late)
    {
        int taken = _taken[row];
        if (taken != Untouched && taken < _count)
        {
            (_lateRows[late], _lateTaken[late]) = (row, taken);
            _taken[row] = _count;
            late++;
        }

        return late;
    }

    private void TakeSteps(int late)
    {
        if (late > 0)
        {
            _backend.UpdateRows(_steps.AsSpan(0, _count), _idle, _weights, _lateRows.AsSpan(0, late), _lateTaken.AsSpan(0, late), _columns);
        }
    }
}
