using System.Text.Json;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>A model alone as an ONNX file: from the feature column to the model's columns.</summary>
internal static class OnnxModelFile
{
    /// <param name="bindings">The model, bound to a schema of its feature column.</param>
    /// <param name="stream">Where to write.</param>
    /// <param name="classes">The classes' names; null where there are none.</param>
    public static void Write(ScoringBindings bindings, Stream stream, IReadOnlyList<string>? classes)
    {
        var file = new OnnxFile("model");
        var features = bindings.Features;
        string input = file.AddInput(features.Name, ElementType(features.Type), Dimensions(features.Type));
        foreach (var (column, tensor) in bindings.WriteOnnx(file, input))
        {
            file.AddOutput(column.Name, tensor, ElementType(column.Type), Dimensions(column.Type));
        }

        if (classes is not null)
        {
            file.AddMetadata("classes", JsonSerializer.Serialize(classes));
        }

        file.Write(stream);
    }

    private static int[] Dimensions(DataViewType type) => type is VectorDataViewType vector ? [.. vector.Dimensions] : [1];

    private static OnnxElementType ElementType(DataViewType type) => type switch
    {
        VectorDataViewType vector => ElementType(vector.ItemType),
        KeyDataViewType => OnnxElementType.UInt32,
        BooleanDataViewType => OnnxElementType.Boolean,
        NumberDataViewType when type.Equals(NumberDataViewType.Byte) => OnnxElementType.Byte,
        NumberDataViewType when type.Equals(NumberDataViewType.Single) => OnnxElementType.Single,
        _ => throw new NotSupportedException($"A column of {type} can't be written as ONNX."),
    };
}
