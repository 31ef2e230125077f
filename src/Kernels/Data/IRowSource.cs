namespace MLNet.GradientTrainers.Kernels;

/// <summary>A table of rows that batches are gathered from. Reading must be safe from several threads.</summary>
/// <typeparam name="T">Element type.</typeparam>
public interface IRowSource<T>
    where T : unmanaged
{
    /// <summary>Number of rows.</summary>
    int Count { get; }

    /// <summary>Number of elements of a row.</summary>
    int Width { get; }

    /// <summary>Writes the given rows one after another into <paramref name="destination"/>.</summary>
    /// <param name="rows">Indices in [0, <see cref="Count"/>), in any order.</param>
    /// <param name="destination">Receives rows.Length × <see cref="Width"/> elements, all of them written.</param>
    void Read(ReadOnlySpan<int> rows, Span<T> destination);
}
