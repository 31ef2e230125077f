using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Finds and reads the columns that an evaluation asks for.</summary>
internal static class EvaluatorInput
{
    public static DataViewSchema.Column Column(DataViewSchema schema, string role, string name)
        => schema.GetColumnOrNull(name) ?? throw Contracts.ExceptParam(nameof(schema), $"{role} column '{name}' not found");

    public static Exception Mismatch(DataViewSchema.Column column, string role, string expected)
        => Contracts.ExceptSchemaMismatch("schema", role, column.Name, expected, column.Type.ToString());

    /// <summary>A label as a number: a Single as it is, a key as its zero-based class, NaN where the key is missing.</summary>
    public static ValueGetter<float> LabelGetter(DataViewRow row, DataViewSchema.Column label)
    {
        if (label.Type is not KeyDataViewType)
            return row.GetGetter<float>(label);
        var type = label.Type.RawType;
        return type == typeof(uint) ? Key<uint>(k => k)
            : type == typeof(byte) ? Key<byte>(k => k)
            : type == typeof(ushort) ? Key<ushort>(k => k)
            : Key<ulong>(k => k);

        ValueGetter<float> Key<T>(Func<T, ulong> widen)
        {
            var getter = row.GetGetter<T>(label);
            var count = ((KeyDataViewType)label.Type).Count;
            T key = default;
            return (ref float value) =>
            {
                getter(ref key);
                var wide = widen(key);
                value = wide == 0 || wide > count ? float.NaN : wide - 1;
            };
        }
    }
}
