namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The gradients of batches of rows. Large batches are cut into pieces, by their size alone, which processes divide among themselves; what the pieces give is added up in their order, so that the sums have the same bits for any
/// number of processes, and for one alone. Of small batches, whose messages would take longer than they do, each process computes all.
/// </summary>
internal sealed class BatchPass
{
    /// <summary>Values of rows that are worth a message.</summary>
    private const int PieceValues = 1 << 16;

    /// <summary>Values of rows for each number of the message.</summary>
    private const int ValuesOfNumber = 4;

    private const int MaxPieces = 16;

    private readonly LinearKernel _kernel;
    private readonly int _pieces;
    private readonly SharedPieces _shared;
    private readonly double[][] _gradients;
    private readonly LinearSums[] _sums;

    /// <summary>Prepares passes.</summary>
    /// <param name="kernel">The loops.</param>
    /// <param name="data">The rows.</param>
    /// <param name="batchSize">Rows of a batch.</param>
    /// <param name="processes">The processes that do it together; null for this one alone.</param>
    public BatchPass(LinearKernel kernel, LinearData data, int batchSize, SharedRun? processes)
    {
        _kernel = kernel;
        _pieces = (int)Math.Clamp(batchSize * data.ValuesOfRow / Math.Max(PieceValues, (double)ValuesOfNumber * (data.Width + 1)), 1, MaxPieces);
        _shared = new SharedPieces(processes, _pieces, LinearSums.Numbers + data.Width + 1);
        _gradients = [.. Enumerable.Range(0, _pieces).Select(piece => _pieces > 1 && !_shared.IsShared && piece > 0 ? new double[data.Width + 1] : [])];
        _sums = new LinearSums[_pieces];
    }

    /// <summary>Losses of a batch's rows, and the gradient of their weighted sum.</summary>
    public LinearSums Gradient(ReadOnlySpan<int> rows, ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        for (int piece = _shared.First; piece < _shared.End; piece++)
        {
            int start = (int)((long)rows.Length * piece / _pieces);
            int end = (int)((long)rows.Length * (piece + 1) / _pieces);
            Span<double> own = _shared.IsShared ? _shared[piece][LinearSums.Numbers..] : piece == 0 ? gradient : _gradients[piece];
            _sums[piece] = _kernel.Gradient(rows[start..end], parameters, own);
            if (_shared.IsShared)
            {
                _sums[piece].Write(_shared[piece]);
            }
        }

        _shared.Swap();
        LinearSums total = default;
        for (int piece = 0; piece < _pieces; piece++)
        {
            if (_shared.IsShared)
            {
                Span<double> told = _shared[piece];
                _sums[piece] = LinearSums.Read(told);
                if (piece == 0)
                {
                    told[LinearSums.Numbers..].CopyTo(gradient);
                }
                else
                {
                    Wide.AddScaled(1, told[LinearSums.Numbers..], gradient);
                }
            }
            else if (piece > 0)
            {
                Wide.AddScaled(1, _gradients[piece], gradient);
            }

            total = piece == 0 ? _sums[0] : total + _sums[piece];
        }

        return total;
    }
}
