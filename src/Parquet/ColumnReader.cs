using Parquet;
using Parquet.Schema;

namespace MLNet.GradientTrainers;

/// <summary>A column of the row group that a cursor stands in, decoded.</summary>
/// <param name="column">The column.</param>
internal abstract class ColumnReader(ParquetColumn column)
{
    protected ParquetColumn Column => column;

    protected DataField Field => column.Field;

    /// <summary>Reads a row group's values.</summary>
    /// <param name="group">The row group.</param>
    /// <param name="firstRow">The number of its first row in the file, for messages.</param>
    public abstract Task LoadAsync(ParquetRowGroupReader group, long firstRow);

    /// <summary>A <c>ValueGetter</c> for rows of the group.</summary>
    /// <param name="row">The row of the group that the cursor stands on.</param>
    public abstract Delegate Getter(Func<int> row);

    /// <summary>The number of items that each row of the group has; 0 where they differ, and for scalars.</summary>
    /// <param name="rows">Rows of the group.</param>
    public virtual int SizeOfRows(int rows) => 0;

    /// <summary>How many entries the group has of the column: a row of a scalar is one, an item of a list is one, and so is an empty list.</summary>
    protected int Entries(ParquetRowGroupReader group)
    {
        long entries = group.GetMetadata(Field)?.MetaData?.NumValues ?? throw new InvalidDataException($"its row group has no column '{column.Name}'");
        return entries is >= 0 and <= int.MaxValue ? (int)entries : throw new InvalidDataException($"a row group has {entries} values of '{column.Name}'");
    }

    /// <summary>An array of that length at least; nothing of the old one is kept.</summary>
    protected static T[] Room<T>(T[] array, int length) => array.Length >= length ? array : GC.AllocateUninitializedArray<T>(length);

    protected static RowException Missing(string name, long row, string type) =>
        new($"row {row} (counted from 0) has a null in '{name}', a column of {type}, which has no missing value. Fill it, or leave the column out (columns).");
}
