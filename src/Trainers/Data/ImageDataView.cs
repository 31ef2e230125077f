using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Images and labels as bytes, images in memory or in their file; numbers are made when a getter asks for them.</summary>
internal sealed class ImageDataView : IDataView, IRowsInFile
{
    /// <summary>Rows that go together to one cursor of a set: long enough to be worth a thread's while, short enough to share evenly.</summary>
    internal const int RowsPerBatch = 64;

    /// <param name="set">The images.</param>
    /// <param name="scaling">How a byte becomes a number.</param>
    /// <param name="featureColumn">Name of the column of pixels.</param>
    /// <param name="labelColumn">Name of the column of labels, which is there when the set has some.</param>
    /// <param name="classNames">What the keys of the labels stand for; null for labels that are numbers.</param>
    public ImageDataView(ImageSet set, PixelScaling scaling, string featureColumn, string labelColumn, IReadOnlyList<string>? classNames)
    {
        Set = set;
        Scaling = scaling;
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(featureColumn, new VectorDataViewType(NumberDataViewType.Single, set.Shape), PixelValues.Annotation(scaling));
        if (set.Labels is not null)
        {
            if (classNames is not null)
            {
                builder.AddColumn(labelColumn, new KeyDataViewType(typeof(uint), classNames.Count), KeyValues(classNames));
            }
            else
            {
                builder.AddColumn(labelColumn, NumberDataViewType.Single);
            }
        }

        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => true;

    internal ImageSet Set { get; }

    internal PixelScaling Scaling { get; }

    public ByteRows? InFile(DataViewSchema.Column features, RowSpill spill) =>
        features.Index == 0 && Set.Pixels.File is { } file && spill.WouldTake((long)Set.Count * Set.ImageLength) ? file.Rows(Set.ImageLength, Scaling.Table(), spill) : null;

    public long? GetRowCount() => Set.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new ImageCursor(this, Active(columnsNeeded), Order(rand), 0, 1);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        if (rand is RowBlockOrder)
        {
            // By blocks they come from one cursor.
            return [GetRowCursor(columnsNeeded, rand)];
        }

        bool[] active = Active(columnsNeeded);
        ImageOrder? order = Order(rand);
        int batches = (Set.Count + RowsPerBatch - 1) / RowsPerBatch;
        int cursors = Math.Clamp(n, 1, Math.Max(1, batches));
        var set = new DataViewRowCursor[cursors];
        for (int i = 0; i < cursors; i++)
        {
            set[i] = new ImageCursor(this, active, order, i, cursors);
        }

        return set;
    }

    internal int CheckedIndex(DataViewSchema.Column column) =>
        column.Index < Schema.Count
            ? column.Index
            : throw new ArgumentException($"Column '{column.Name}' is not in this data view, which has {string.Join(", ", Schema.Select(c => c.Name))}.", nameof(column));

    private static DataViewSchema.Annotations KeyValues(IReadOnlyList<string> classNames)
    {
        ReadOnlyMemory<char>[] names = [.. classNames.Select(name => name.AsMemory())];
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(
            "KeyValues",
            new VectorDataViewType(TextDataViewType.Instance, names.Length),
            (ref VBuffer<ReadOnlyMemory<char>> value) =>
            {
                // A copy: the caller owns what it gets and may write into it.
                var editor = VBufferEditor.Create(ref value, names.Length);
                names.CopyTo(editor.Values);
                value = editor.Commit();
            });
        return builder.ToAnnotations();
    }

    private bool[] Active(IEnumerable<DataViewSchema.Column> columnsNeeded)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        var active = new bool[Schema.Count];
        foreach (DataViewSchema.Column column in columnsNeeded)
        {
            active[CheckedIndex(column)] = true;
        }

        return active;
    }

    private ImageOrder? Order(Random? rand)
    {
        if (rand is RowBlockOrder blocks && Set.Pixels.File is not null && Set.Count > 0)
        {
            return ImageOrder.ByBlocks(Set.Count, blocks);
        }

        return rand is null ? null : ImageOrder.Shuffled(Set.Count, rand);
    }
}
