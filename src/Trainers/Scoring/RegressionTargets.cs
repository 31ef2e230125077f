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

    /// <param name="reader">The file.</param>
    /// <param name="outputs">The outputs of the network, one a number.</param>
    public static RegressionTargets Read(BinaryReader reader, int outputs)
    {
        bool isVector = reader.ReadBoolean();
        int count = isVector ? reader.ReadInt32() : 1;
        if (count != outputs)
        {
            throw new InvalidDataException($"it tells {count} labels for {outputs} outputs");
        }

        return isVector ? new(isVector: true, count, SlotNames.Read(reader, count)) : Scalar;
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
