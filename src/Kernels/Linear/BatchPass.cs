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

    /// <summary>Null where a batch is a single piece.</summary>
    private readonly SharedPieces? _pieces;

    /// <summary>Prepares passes.</summary>
    /// <param name="kernel">The loops.</param>
    /// <param name="data">The rows.</param>
    /// <param name="batchSize">Rows of a batch.</param>
    /// <param name="processes">The processes that do it together; null for this one alone.</param>
    public BatchPass(LinearKernel kernel, LinearData data, int batchSize, SharedRun? processes)
    {
        _kernel = kernel;
        int pieces = (int)Math.Clamp(batchSize * data.ValuesOfRow / Math.Max(PieceValues, (double)ValuesOfNumber * (data.Width + 1)), 1, MaxPieces);
        _pieces = pieces == 1 ? null : new SharedPieces(processes, pieces, LinearSums.Numbers + data.Width + 1);
    }

    /// <summary>Losses of a batch's rows, and the gradient of their weighted sum.</summary>
    public LinearSums Gradient(ReadOnlySpan<int> rows, ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        if (_pieces is null)
        {
            return _kernel.Gradient(rows, parameters, gradient);
        }

        for (int piece = _pieces.First; piece < _pieces.End; piece++)
        {
            Span<double> place = _pieces[piece];
            _kernel.Gradient(_pieces.Of(rows, piece), parameters, place[LinearSums.Numbers..]).Write(place);
        }

        ReadOnlySpan<double> sum = _pieces.Sum();
        sum[LinearSums.Numbers..].CopyTo(gradient);
        return LinearSums.Read(sum);
    }
}
