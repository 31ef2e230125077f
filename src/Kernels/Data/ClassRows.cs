using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Class labels, read as one-hot rows. Targets of this type make the loop report accuracy and draw validation sets stratified by class.
/// </summary>
public sealed class ClassRows : IRowSource<float>
{
    /// <summary>Takes labels, which are copied.</summary>
    /// <param name="labels">One class for each row, in [0, <paramref name="classes"/>).</param>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A label is out of range; the message names the row.</exception>
    public ClassRows(int[] labels, int classes)
        : this(Copy(labels, classes))
    {
    }

    /// <summary>Takes labels, which are not copied and must not change any more.</summary>
    /// <param name="labels">One class for each row.</param>
    public ClassRows(LabelList labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        RowSources.CheckWidth(labels.Classes);
        Labels = labels;
    }

    /// <inheritdoc/>
    public int Count => Labels.Count;

    /// <summary>Number of classes.</summary>
    public int Width => Labels.Classes;

    /// <summary>The class of each row.</summary>
    public LabelList Labels { get; }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Read(ReadOnlySpan<int> rows, Span<float> destination)
    {
        RowSources.CheckDestination(rows.Length, Width, destination.Length);
        destination[..(rows.Length * Width)].Clear();
        for (int i = 0; i < rows.Length; i++)
        {
            destination[(i * Width) + Labels[rows[i]]] = 1;
        }
    }

    private static LabelList Copy(int[] labels, int classes)
    {
        ArgumentNullException.ThrowIfNull(labels);
        RowSources.CheckWidth(classes);
        return new LabelList(labels, classes);
    }
}
