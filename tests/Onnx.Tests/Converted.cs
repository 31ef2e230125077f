using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Onnx.Tests;

/// <summary>A pipeline as ML.NET's converter writes it, held against itself.</summary>
internal static class Converted
{
    public static byte[] Onnx(MLContext context, ITransformer model, IDataView data)
    {
        using var stream = new MemoryStream();
        context.Model.ConvertToOnnx(model, data, stream);
        return stream.ToArray();
    }

    /// <summary>The scores, and labels where there are any, of all rows at once and of the first one alone.</summary>
    public static void Check(MLContext context, ITransformer model, IDataView data)
    {
        var scored = model.Transform(data);
        using var onnx = new OnnxScores(Onnx(context, model, data));
        float[] scores = Scores(scored);
        int rows = (int)data.GetRowCount()!;
        Near.Assert(scores, onnx.Of<float>("Score.output", data, rows));
        Near.Assert(scores, onnx.Of<float>("Score.output", data, 1), scores.Length / rows);
        if (scored.Schema.GetColumnOrNull("PredictedLabel") is { } label)
        {
            uint[] labels = [.. scored.GetColumn<uint>(label)];
            CollectionAssert.AreEqual(labels, onnx.Of<uint>("PredictedLabel.output", data, rows));
            CollectionAssert.AreEqual(labels[..1], onnx.Of<uint>("PredictedLabel.output", data, 1));
        }
    }

    public static float[] Scores(IDataView scored)
    {
        var score = scored.Schema["Score"];
        return score.Type is VectorDataViewType ? [.. scored.GetColumn<float[]>(score).SelectMany(row => row)] : [.. scored.GetColumn<float>(score)];
    }
}
