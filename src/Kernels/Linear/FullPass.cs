namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// A pass over many rows by several threads. The rows are cut into pieces, by their number alone, and what the pieces give is added up in their order: the sums have the same bits for
/// any number of threads.
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
    private readonly LinearSums[] _sums;
    private readonly double[] _parameters;
    private ThreadTeam? _team;
    private double[][]? _gradients;
    private PackedRows?[]? _packed;

    /// <summary>Prepares passes.</summary>
    /// <param name="kernel">The loops.</param>
    /// <param name="rows">The rows, in their order; may change their order between passes unless gradients are taken.</param>
    /// <param name="width">Features of a row.</param>
    /// <param name="threads">Threads, or 0 for one a core.</param>
    public FullPass(LinearKernel kernel, int[] rows, int width, int threads)
    {
        _kernel = kernel;
        _rows = rows;
        _pieces = Math.Max(1, Math.Min(Math.Min(rows.Length / MinPieceRows, MaxPieces), MaxPieceGradients / (width + 1)));
        _threads = Math.Min(_pieces, ThreadTeam.SizeFor(threads));
        _sums = new LinearSums[_pieces];
        _parameters = new double[width + 1];
    }

    /// <summary>Losses of all rows.</summary>
    public LinearSums Measure(ReadOnlySpan<double> parameters)
    {
        parameters.CopyTo(_parameters);
        ForEachPiece(piece => _sums[piece] = _kernel.Measure(Rows(piece), _parameters));
        return Total();
    }

    /// <summary>Losses of all rows, and the gradient of their weighted sum.</summary>
    public LinearSums Gradient(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        _gradients ??= [.. Enumerable.Range(0, _pieces).Select(_ => new double[_parameters.Length])];
        _packed ??= [.. Enumerable.Range(0, _pieces).Select(piece => _kernel.Pack(Rows(piece)))];
        parameters.CopyTo(_parameters);
        ForEachPiece(piece => _sums[piece] = _packed[piece]?.Gradient(_parameters, _gradients[piece]) ?? _kernel.Gradient(Rows(piece), _parameters, _gradients[piece]));
        _gradients[0].CopyTo(gradient);
        for (int piece = 1; piece < _pieces; piece++)
        {
            Wide.AddScaled(1, _gradients[piece], gradient);
        }

        return Total();
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose() => _team?.Dispose();

    private void ForEachPiece(Action<int> body)
    {
        _team ??= new ThreadTeam(_threads);
        PieceJob job = new(body);
        _team.Run(ref job, _pieces);
    }

    private LinearSums Total()
    {
        LinearSums total = _sums[0];
        for (int piece = 1; piece < _pieces; piece++)
        {
            total += _sums[piece];
        }

        return total;
    }

    private ReadOnlySpan<int> Rows(int piece)
    {
        int start = (int)((long)_rows.Length * piece / _pieces);
        return _rows.AsSpan(start, (int)((long)_rows.Length * (piece + 1) / _pieces) - start);
    }

    private readonly struct PieceJob(Action<int> body) : ITeamJob
    {
        public void Run(int part, int parts) => body(part);
    }
}
