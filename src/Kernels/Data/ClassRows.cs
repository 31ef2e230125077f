using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Class labels, read as one-hot rows. Targets of this type make the loop report accuracy and draw validation sets stratified by class.
/// </summary>
public sealed class ClassRows : IRowSource<float>
{
    private readonly int[] _labels;

    /// <summary>Wraps labels without copying them.</summary>
    /// <param name="labels">One class for each row, in [0, <paramref name="classes"/>).</param>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A label is out of range; the message names the row.</exception>
    public ClassRows(int[] labels, int classes)
    {
        ArgumentNullException.ThrowIfNull(labels);
        RowSources.CheckWidth(classes);
        for (int i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)classes)
            {
                throw new ArgumentOutOfRangeException(nameof(labels), labels[i], $"The label of row {i} is {labels[i]}, but it must be in [0, {classes}).");
            }
        }

        _labels = labels;
        Width = classes;
    }

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <summary>Number of classes.</summary>
    public int Width { get; }

    /// <summary>The class of each row.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Read(ReadOnlySpan<int> rows, Span<float> destination)
    {
        RowSources.CheckDestination(rows.Length, Width, destination.Length);
        destination[..(rows.Length * Width)].Clear();
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            if ((uint)row >= (uint)_labels.Length)
            {
                throw RowSources.NoSuchRow(row, Count);
            }

            destination[(i * Width) + _labels[row]] = 1;
        }
    }
}
