using System.Text.Json;
using System.Xml.Linq;
using Microsoft.ML;
using MLNet.GradientTrainers.Samples.Classification;

namespace MLNet.GradientTrainers.Samples.Tests.Support;

/// <summary>What holds for every sample that trains.</summary>
internal static class Checks
{
    /// <summary>The files that its JSON names are there: figures are SVG, the model loads and scores.</summary>
    public static void Files(JsonElement json, IDataView test, double accuracy)
    {
        foreach (var figure in json.GetProperty("figures").EnumerateArray())
        {
            Svg(figure.GetString()!);
        }

        var fresh = new MLContext();
        ITransformer model = fresh.Model.Load(json.GetProperty("modelPath").GetString()!, out DataViewSchema schema);
        Assert.IsNotNull(schema.GetColumnOrNull("Features"));
        Assert.AreEqual(accuracy, fresh.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy);
        using var engine = fresh.Model.CreatePredictionEngine<DigitImage, DigitPrediction>(model);
        Assert.AreEqual(10, engine.Predict(new DigitImage { Features = new float[784] }).Score.Length);
    }

    /// <summary>So many figures are named and are SVG.</summary>
    public static void Figures(JsonElement json, int count)
    {
        Assert.AreEqual(count, json.GetProperty("figures").GetArrayLength());
        foreach (var figure in json.GetProperty("figures").EnumerateArray())
        {
            Svg(figure.GetString()!);
        }
    }

    /// <summary>A file is well-formed SVG with a title.</summary>
    public static XElement Svg(string path)
    {
        XElement svg = XDocument.Load(path).Root!;
        XNamespace name = "http://www.w3.org/2000/svg";
        Assert.AreEqual(name + "svg", svg.Name);
        Assert.AreNotEqual("", svg.Element(name + "title")!.Value);
        Assert.IsFalse(svg.Descendants().Attributes().Any(a => a.Value.Contains("NaN", StringComparison.Ordinal) || a.Value.Contains('∞')), path);
        return svg;
    }

    /// <summary>The numbers of an array.</summary>
    public static double[] Numbers(this JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(e => e.GetDouble())];
}
