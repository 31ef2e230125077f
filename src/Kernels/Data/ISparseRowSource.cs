namespace MLNet.GradientTrainers.Kernels;

/// <summary>A table that keeps only the values of a row that are not 0. Reading must be safe from several threads.</summary>
internal interface ISparseRowSource : IRowSource<float>
{
    /// <summary>The share of values that are stored, in [0, 1].</summary>
    double Density { get; }

    /// <summary>The values of a row.</summary>
    /// <param name="row">Index in [0, <see cref="IRowSource{T}.Count"/>).</param>
    /// <param name="columns">Their columns, strictly ascending.</param>
    /// <param name="values">As many numbers.</param>
    void Row(int row, out ReadOnlySpan<int> columns, out ReadOnlySpan<float> values);
}
