using System.Collections.Immutable;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Data;

/// <summary>Evaluates a model again and again, each time with one feature slot shuffled among the rows.</summary>
internal static class FeaturePermutation
{
    public static ImmutableArray<TStatistics> Run<TMetrics, TStatistics>(IHostEnvironment env, ITransformer model, string features, IDataView data,
        int? examples, int permutations, Func<IDataView, TMetrics> evaluate, Func<TStatistics> create, Action<TStatistics, TMetrics, TMetrics> add)
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.Check(examples is null or > 0, "Provide how many examples to use (positive number) or set to null to use whole dataset.");

        var baseline = evaluate(model.Transform(data));
        var column = data.Schema[features];
        var random = new Random(env.Register("PermutationFeatureImportance").Rand.Next());
        var result = ImmutableArray.CreateBuilder<TStatistics>();
        for (var slot = 0; slot < ((VectorDataViewType)column.Type).Size; slot++)
        {
            var values = ReadSlot(data, column, slot, examples ?? int.MaxValue);
            if (values.Length == 0)
                break;
            var statistics = create();
            for (var i = 0; i < permutations; i++)
            {
                random.Shuffle(values);
                add(statistics, evaluate(model.Transform(new PermutedView(data, column, slot, values))), baseline);
            }
            result.Add(statistics);
        }
        return result.ToImmutable();
    }

    private static float[] ReadSlot(IDataView data, DataViewSchema.Column column, int slot, int limit)
    {
        var values = new List<float>();
        using var cursor = data.GetRowCursor([column]);
        var getter = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> buffer = default;
        while (values.Count < limit && cursor.MoveNext())
        {
            getter(ref buffer);
            values.Add(buffer.GetItemOrDefault(slot));
        }
        return values.ToArray();
    }

    /// <summary>The first <c>values.Length</c> rows of a view, with the given values in one slot of one column.</summary>
    private sealed class PermutedView(IDataView source, DataViewSchema.Column column, int slot, float[] values) : IDataView
    {
        public DataViewSchema Schema => source.Schema;

        public bool CanShuffle => false;

        public long? GetRowCount() => values.Length;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
            => new Cursor(source.GetRowCursor(columnsNeeded), column, slot, values);

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
            => [GetRowCursor(columnsNeeded)];

        private sealed class Cursor(DataViewRowCursor input, DataViewSchema.Column permuted, int slot, float[] values) : WrappingCursor(input, input.Schema)
        {
            private int _row = -1;

            public override bool MoveNext() => ++_row < values.Length && Input.MoveNext();

            public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            {
                var getter = Input.GetGetter<TValue>(column);
                if (column.Index != permuted.Index)
                    return getter;
                var source = (ValueGetter<VBuffer<float>>)(object)getter;
                VBuffer<float> buffer = default;
                ValueGetter<VBuffer<float>> result = (ref VBuffer<float> value) =>
                {
                    source(ref buffer);
                    var editor = VBufferEditor.Create(ref value, buffer.Length);
                    buffer.CopyTo(editor.Values);
                    editor.Values[slot] = values[_row];
                    value = editor.Commit();
                };
                return (ValueGetter<TValue>)(object)result;
            }
        }
    }
}
