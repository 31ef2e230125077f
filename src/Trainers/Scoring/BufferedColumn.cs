using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>The values of one input column for the rows that a cursor has read ahead.</summary>
internal abstract class BufferedColumn
{
    private static readonly MethodInfo CreateVector = Method(nameof(Vector));
    private static readonly MethodInfo CreateScalar = Method(nameof(Scalar));

    public static BufferedColumn Create(DataViewRow row, DataViewSchema.Column column, int rows)
    {
        var (method, type) = column.Type is VectorDataViewType vector ? (CreateVector, vector.ItemType.RawType) : (CreateScalar, column.Type.RawType);
        return (BufferedColumn)method.MakeGenericMethod(type).Invoke(null, [row, column, rows])!;
    }

    /// <summary>Takes the value of the input's current row.</summary>
    public abstract void Fetch(int slot);

    /// <summary>A getter of the value in the slot that <paramref name="current"/> tells.</summary>
    public abstract Delegate Getter(Func<int> current);

    private static MethodInfo Method(string name) => typeof(BufferedColumn).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;

    private static BufferedColumn Vector<T>(DataViewRow row, DataViewSchema.Column column, int rows) =>
        new Values<VBuffer<T>>(row, column, rows, static (ref VBuffer<T> from, ref VBuffer<T> to) => from.CopyTo(ref to));

    private static BufferedColumn Scalar<T>(DataViewRow row, DataViewSchema.Column column, int rows) =>
        new Values<T>(row, column, rows, static (ref T from, ref T to) => to = from);

    private delegate void Copier<T>(ref T from, ref T to);

    private sealed class Values<T>(DataViewRow row, DataViewSchema.Column column, int rows, Copier<T> copy) : BufferedColumn
    {
        private readonly ValueGetter<T> _getter = row.GetGetter<T>(column);
        private readonly T[] _values = new T[rows];

        public override void Fetch(int slot) => _getter(ref _values[slot]);

        public override Delegate Getter(Func<int> current) => (ValueGetter<T>)((ref T value) => copy(ref _values[current()], ref value));
    }
}
