using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>Images and labels in memory as bytes; numbers are made when a getter asks for them.</summary>
internal sealed class IdxDataView : IDataView
{
    /// <summary>Rows that go together to one cursor of a set: long enough to be worth a thread's while, short enough to share evenly.</summary>
    internal const int RowsPerBatch = 64;

    public IdxDataView(IdxSet set, PixelScaling scaling, string featureColumn, string labelColumn, IdxLabelKind labelKind, int classCount)
    {
        Set = set;
        Scaling = scaling;
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(featureColumn, new VectorDataViewType(NumberDataViewType.Single, set.Shape));
        if (set.Labels is not null)
        {
            if (labelKind == IdxLabelKind.Key)
            {
                builder.AddColumn(labelColumn, new KeyDataViewType(typeof(uint), classCount), KeyValues(classCount));
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

    internal IdxSet Set { get; }

    internal PixelScaling Scaling { get; }

    public long? GetRowCount() => Set.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new IdxCursor(this, Active(columnsNeeded), Order(rand), 0, 1);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = Active(columnsNeeded);
        int[]? order = Order(rand);
        int batches = (Set.Count + RowsPerBatch - 1) / RowsPerBatch;
        int cursors = Math.Clamp(n, 1, Math.Max(1, batches));
        var set = new DataViewRowCursor[cursors];
        for (int i = 0; i < cursors; i++)
        {
            set[i] = new IdxCursor(this, active, order, i, cursors);
        }

        return set;
    }

    internal int CheckedIndex(DataViewSchema.Column column) =>
        column.Index < Schema.Count
            ? column.Index
            : throw new ArgumentException($"Column '{column.Name}' is not in this data view, which has {string.Join(", ", Schema.Select(c => c.Name))}.", nameof(column));

    private static DataViewSchema.Annotations KeyValues(int classCount)
    {
        var names = new ReadOnlyMemory<char>[classCount];
        for (int i = 0; i < classCount; i++)
        {
            names[i] = i.ToString(CultureInfo.InvariantCulture).AsMemory();
        }

        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(
            "KeyValues",
            new VectorDataViewType(TextDataViewType.Instance, classCount),
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

    private int[]? Order(Random? rand)
    {
        if (rand is null)
        {
            return null;
        }

        int[] order = [.. Enumerable.Range(0, Set.Count)];
        for (int i = order.Length - 1; i > 0; i--)
        {
            int j = rand.Next(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }
}
