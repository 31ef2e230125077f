using ThreadMonitor = System.Threading.Monitor;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Computes scores with fixed weights. Safe for any number of threads; a row's scores are the same bits whatever rows
/// are computed with it, in whatever call and on whatever thread.
/// </summary>
public sealed class Predictor : IDisposable
{
    /// <summary>Weights of an execution that are kept in the back end's own order as well: 16 MB. Larger layers are bound by the memory that they lie in, whatever their order.</summary>
    private const int LargestFixedWeights = 1 << 22;

    private readonly NetworkWeights _weights;
    private readonly PredictorOptions _options;
    private readonly object _gate = new();
    private readonly Stack<Execution> _idle = new();
    private int _taken;
    private bool _disposed;

    /// <summary>Creates a predictor.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="options">How to compute; null for the defaults.</param>
    /// <param name="copy">False takes the weights over instead of copying them: nobody may change them any more.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or a batch takes more than the memory of the machine.</exception>
    public Predictor(NetworkWeights weights, PredictorOptions? options = null, bool copy = true)
    {
        ArgumentNullException.ThrowIfNull(weights);
        _options = options ?? new PredictorOptions();
        Guard.Threads(_options.NumberOfThreads, nameof(_options.NumberOfThreads), nameof(PredictorOptions));
        Guard.AtLeast(_options.MaxRows, 1, nameof(_options.MaxRows), nameof(PredictorOptions));
        Guard.AtLeast(_options.MaxExecutions, 1, nameof(_options.MaxExecutions), nameof(PredictorOptions));
        CheckMemory(weights.Definition, _options.MaxRows);
        _weights = copy ? weights.Clone() : weights;
    }

    /// <summary>Checks, before there are weights, that the machine has the memory to score with a network.</summary>
    /// <param name="definition">The network.</param>
    /// <param name="maxRows">Rows computed at once, at least 1.</param>
    /// <exception cref="ArgumentException">The machine has less memory than the weights and such a batch take.</exception>
    public static void CheckMemory(NetworkDefinition definition, int maxRows)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRows, 1);
        NetworkMemory<float>.CheckFits(definition, maxRows, first: null, input: !definition.Layers[0].TakesSparseInput);
    }

    /// <summary>The network.</summary>
    public NetworkDefinition Definition => _weights.Definition;

    /// <summary>Inputs of a row.</summary>
    public int InputSize => Definition.InputShape.Size;

    /// <summary>Scores of a row.</summary>
    public int OutputSize => Definition.OutputShape.Size;

    /// <summary>Computes the scores of rows; allocates nothing once warm.</summary>
    /// <param name="rows">Count × <see cref="InputSize"/> inputs.</param>
    /// <param name="count">Number of rows, at least 0.</param>
    /// <param name="scores">Receives count × <see cref="OutputSize"/> scores.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    /// <exception cref="ObjectDisposedException">The predictor has been disposed.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the scores are not complete.</exception>
    public void Predict(ReadOnlySpan<float> rows, int count, Span<float> scores)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (rows.Length < (long)count * InputSize)
        {
            throw new ArgumentException($"{count} rows of {InputSize} inputs need more than {rows.Length} elements.", nameof(rows));
        }

        CheckScores(count, scores.Length);
        Execution execution = Take();
        try
        {
            for (int start = 0; start < count; start += _options.MaxRows)
            {
                int part = Math.Min(_options.MaxRows, count - start);
                execution.Run(rows.Slice(start * InputSize, part * InputSize), part, scores.Slice(start * OutputSize, part * OutputSize));
            }
        }
        finally
        {
            GiveBack(execution);
        }
    }

    /// <summary>Whether a row of so many values that are not 0 is computed faster as a sparse one.</summary>
    public bool PrefersSparse(int values) => Definition.Layers[0].TakesSparseInput && RowSources.PaysSparse(values / (double)InputSize, InputSize);

    /// <summary>Computes the scores of sparse rows: the same bits as of the same rows stored dense, at a cost that grows with their values.</summary>
    /// <param name="rows">Rows of <see cref="InputSize"/> columns, for a network that takes such rows (<see cref="Network{T}.TakesSparseInput"/>). Not changed.</param>
    /// <param name="scores">Receives <see cref="OutputSize"/> scores for each row.</param>
    /// <exception cref="ArgumentException">The rows have another width, or the span is too short.</exception>
    /// <exception cref="InvalidOperationException">The network takes no sparse rows.</exception>
    /// <exception cref="ObjectDisposedException">The predictor has been disposed.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the scores are not complete.</exception>
    public void Predict(SparseBatch<float> rows, Span<float> scores)
    {
        ArgumentNullException.ThrowIfNull(rows);
        CheckScores(rows.Rows, scores.Length);
        Execution execution = Take();
        try
        {
            for (int start = 0; start < rows.Rows; start += _options.MaxRows)
            {
                int part = Math.Min(_options.MaxRows, rows.Rows - start);
                execution.Run(rows, start, part, scores.Slice(start * OutputSize, part * OutputSize));
            }
        }
        finally
        {
            GiveBack(execution);
        }
    }

    /// <summary>Gives the memory back; calls in progress finish first, later ones and those that wait are refused.</summary>
    public void Dispose()
    {
        bool interrupted = false;
        Uninterrupted.Enter(_gate, ref interrupted);
        try
        {
            _disposed = true;
            while (_idle.TryPop(out Execution? execution))
            {
                execution.Dispose();
            }

            ThreadMonitor.PulseAll(_gate);
        }
        finally
        {
            ThreadMonitor.Exit(_gate);
            Uninterrupted.Restore(interrupted);
        }
    }

    private void CheckScores(int rows, int length)
    {
        if (length < (long)rows * OutputSize)
        {
            throw new ArgumentException($"{rows} rows of {OutputSize} scores need more than {length} elements.", "scores");
        }
    }

    private Execution Take()
    {
        lock (_gate)
        {
            while (_taken == _options.MaxExecutions && !_disposed)
            {
                AwaitExecution();
            }

            ObjectDisposedException.ThrowIf(_disposed, this);
            _taken++;
            if (_idle.TryPop(out Execution? execution))
            {
                return execution;
            }
        }

        try
        {
            return new Execution(_weights, _options);
        }
        catch
        {
            GiveBack(null);
            throw;
        }
    }

    private void AwaitExecution()
    {
        try
        {
            ThreadMonitor.Wait(_gate);
        }
        catch
        {
            // The thread that leaves may have been the one that was called: another takes its turn.
            ThreadMonitor.Pulse(_gate);
            throw;
        }
    }

    /// <summary>Ends a turn. Nothing stops it halfway: nobody else would let the next caller in.</summary>
    private void GiveBack(Execution? execution)
    {
        bool interrupted = false;
        Uninterrupted.Enter(_gate, ref interrupted);
        _taken--;
        if (execution is not null && !_disposed)
        {
            _idle.Push(execution);
            execution = null;
        }

        ThreadMonitor.Pulse(_gate);
        ThreadMonitor.Exit(_gate);
        execution?.Dispose();
        Uninterrupted.Restore(interrupted);
    }

    /// <summary>A back end with a network on it: what one caller at a time computes with.</summary>
    private sealed class Execution : IDisposable
    {
        private readonly IBackend<float> _backend;
        private readonly Network<float> _network;
        private readonly OutputLink _link;
        private SparseBatch<float>? _part;

        public Execution(NetworkWeights weights, PredictorOptions options)
        {
            _link = options.Link;
            _backend = Backend.Create(options.Backend, options.NumberOfThreads ?? 0);
            try
            {
                _network = new Network<float>(weights.Definition, _backend, options.MaxRows, training: false, inputLayout: options.InputLayout);
                _network.Load(weights);
                Fix(weights.Definition);
            }
            catch
            {
                _network?.Dispose();
                _backend.Dispose();
                throw;
            }
        }

        public void Run(ReadOnlySpan<float> rows, int count, Span<float> scores)
        {
            _backend.Write(rows, _network.Input.Slice(0, rows.Length));
            Finish(_network.Forward(_network.Input, count), count, scores);
        }

        public void Run(SparseBatch<float> rows, int first, int count, Span<float> scores)
        {
            if (count < rows.Rows)
            {
                _part ??= new SparseBatch<float>(rows.Width);
                _part.Load(rows, first, count);
                rows = _part;
            }

            Finish(_network.Forward(rows), count, scores);
        }

        /// <summary>Lets the back end lay the weights of dense layers as it reads them.</summary>
        private void Fix(NetworkDefinition definition)
        {
            int room = LargestFixedWeights;
            foreach (ParameterSlot slot in definition.Parameters.Where(slot => slot.Spec.Dimensions.Count == 2))
            {
                if (_backend is IFixedWeights backend && slot.Length <= room)
                {
                    backend.Fix(_network.Parameters.Slice(slot.Offset, slot.Length), slot.Spec.Dimensions[0], slot.Spec.Dimensions[1]);
                    room -= slot.Length;
                }
            }
        }

        private void Finish(Tensor<float> output, int count, Span<float> scores)
        {
            _link.Apply(_backend, output, count, scores.Length / count);
            _backend.Read(output, scores);
        }

        public void Dispose()
        {
            _network.Dispose();
            _backend.Dispose();
        }
    }
}
