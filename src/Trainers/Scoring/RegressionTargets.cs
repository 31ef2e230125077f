using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>What a regression model predicts: one number, or a vector of numbers, with names where the label column has slot names.</summary>
internal sealed class RegressionTargets
{
    private RegressionTargets(bool isVector, int count, string[]? names)
    {
        IsVector = isVector;
        Count = count;
        Names = names;
    }

    /// <summary>One number.</summary>
    public static RegressionTargets Scalar { get; } = new(isVector: false, 1, null);

    /// <summary>Whether label and score are vectors; a vector may have one element.</summary>
    public bool IsVector { get; }

    public int Count { get; }

    /// <summary>The label's slot names; null without.</summary>
    public string[]? Names { get; }

    public static RegressionTargets From(DataViewSchema.Column label) =>
        label.Type is VectorDataViewType vector ? new(isVector: true, vector.Size, SlotNames.Of(label)) : Scalar;

    public static RegressionTargets Read(BinaryReader reader)
    {
        if (!reader.ReadBoolean())
        {
            return Scalar;
        }

        int count = reader.ReadInt32();
        if (count < 1)
        {
            throw new InvalidDataException($"it tells {count} outputs");
        }

        return new(isVector: true, count, SlotNames.Read(reader, count));
    }

    /// <summary>For messages.</summary>
    public override string ToString() => IsVector ? $"a vector of {Count}" : "one number";

    public void Write(BinaryWriter writer)
    {
        writer.Write(IsVector);
        if (IsVector)
        {
            writer.Write(Count);
            SlotNames.Write(writer, Names);
        }
    }
}
