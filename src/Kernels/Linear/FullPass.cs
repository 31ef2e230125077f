namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// A pass over many rows by several threads, and processes. The rows are cut into pieces, by their number alone, and what the pieces give is added up in their order: the sums have the same bits for
/// any number of threads and processes.
/// </summary>
internal sealed class FullPass : IDisposable
{
    /// <summary>Rows that are worth a thread's start.</summary>
    private const int MinPieceRows = 1 << 14;

    private const int MaxPieces = 64;

    /// <summary>Gradients of all pieces together: 32 MB.</summary>
    private const int MaxPieceGradients = 1 << 22;

    private readonly LinearKernel _kernel;
    private readonly int[] _rows;
    private readonly int _pieces;
    private readonly int _threads;
    private readonly double[] _parameters;
    private readonly SharedRun? _processes;
    private readonly SharedPieces _measured;
    private SharedPieces? _differentiated;
    private ThreadTeam? _team;
    private PackedRows?[]? _packed;

    /// <summary>Prepares passes.</summary>
    /// <param name="kernel">The loops.</param>
    /// <param name="rows">The rows, in their order; may change their order between passes unless gradients are taken.</param>
    /// <param name="width">Features of a row.</param>
    /// <param name="threads">Threads, or 0 for one a core.</param>
    /// <param name="processes">The processes that do it together; null for this one alone.</param>
    public FullPass(LinearKernel kernel, int[] rows, int width, int threads, SharedRun? processes = null)
    {
        _kernel = kernel;
        _rows = rows;
        _processes = processes;
        _pieces = Math.Max(1, Math.Min(Math.Min(rows.Length / MinPieceRows, MaxPieces), MaxPieceGradients / (width + 1)));
        _measured = new SharedPieces(processes, _pieces, LinearSums.Numbers);
        _threads = Math.Max(1, Math.Min(_measured.End - _measured.First, ThreadTeam.SizeFor(threads)));
        _parameters = new double[width + 1];
    }

    /// <summary>Losses of all rows.</summary>
    public LinearSums Measure(ReadOnlySpan<double> parameters)
    {
        parameters.CopyTo(_parameters);
        ForEachPiece(piece => _kernel.Measure(Rows(piece), _parameters).Write(_measured[piece]));
        return LinearSums.Read(_measured.Sum());
    }

    /// <summary>Losses of all rows, and the gradient of their weighted sum.</summary>
    public LinearSums Gradient(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        _differentiated ??= new SharedPieces(_processes, _pieces, LinearSums.Numbers + _parameters.Length);
        _packed ??= [.. Enumerable.Range(0, _pieces).Select(piece => piece >= _measured.First && piece < _measured.End ? _kernel.Pack(Rows(piece)) : null)];
        parameters.CopyTo(_parameters);
        ForEachPiece(piece =>
        {
            Span<double> place = _differentiated[piece];
            Span<double> own = place[LinearSums.Numbers..];
            (_packed[piece]?.Gradient(_parameters, own) ?? _kernel.Gradient(Rows(piece), _parameters, own)).Write(place);
        });
        ReadOnlySpan<double> sum = _differentiated.Sum();
        sum[LinearSums.Numbers..].CopyTo(gradient);
        return LinearSums.Read(sum);
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose() => _team?.Dispose();

    private void ForEachPiece(Action<int> body)
    {
        // More processes than pieces leave some of them with nothing to do.
        if (_measured.End == _measured.First)
        {
            return;
        }

        _team ??= new ThreadTeam(_threads);
        PieceJob job = new(_measured.First, body);
        _team.Run(ref job, _measured.End - _measured.First);
    }

    private ReadOnlySpan<int> Rows(int piece) => _measured.Of(_rows, piece);

    private readonly struct PieceJob(int first, Action<int> body) : ITeamJob
    {
        public void Run(int part, int parts) => body(first + part);
    }
}
