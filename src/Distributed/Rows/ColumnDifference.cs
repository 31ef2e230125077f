using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Distributed;

/// <summary>How the columns of two processes differ.</summary>
internal static class ColumnDifference
{
    /// <summary>The first difference, in words that take the two ranks; null for none.</summary>
    public static Func<int, int, string>? Find(DataViewSchema first, DataViewSchema second)
    {
        if (first.Count != second.Count)
        {
            return (a, b) => $"rank {a} has {first.Count} columns ({Names(first)}), rank {b} has {second.Count} ({Names(second)}). Load the same columns everywhere.";
        }

        for (int i = 0; i < first.Count; i++)
        {
            DataViewSchema.Column one = first[i];
            DataViewSchema.Column other = second[i];
            if (one.Name != other.Name || !one.Type.Equals(other.Type))
            {
                return (a, b) => $"column {i + 1} is '{Excerpt.Of(one.Name)}' of {one.Type} in rank {a}, and '{Excerpt.Of(other.Name)}' of {other.Type} in rank {b}. "
                    + (one.Type is KeyDataViewType ? "Map values to keys behind the gathering, not before: each process would number its own." : "Load the same columns everywhere, with the same types.");
            }

            if (((one.Type as VectorDataViewType)?.ItemType ?? one.Type) is KeyDataViewType && !KeyValues(one).SequenceEqual(KeyValues(other)))
            {
                return (a, b) => $"the keys of column '{Excerpt.Of(one.Name)}' stand for other values in rank {a} than in rank {b}. Map values to keys behind the gathering, not before: each process would number its own.";
            }
        }

        return null;
    }

    private static string Names(DataViewSchema schema) => string.Join(", ", schema.Select(column => Excerpt.Of(column.Name)));

    private static string[] KeyValues(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull("KeyValues") is not { Type: VectorDataViewType { ItemType: TextDataViewType } })
        {
            return [];
        }

        VBuffer<ReadOnlyMemory<char>> values = default;
        column.Annotations.GetValue("KeyValues", ref values);
        return [.. values.DenseValues().Select(value => value.ToString())];
    }
}
