using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Tests;

/// <summary>A column of a wrong type is refused with a call that mends it: each call is made here as the message gives it, and the trainer fits.</summary>
[TestClass]
public sealed class ColumnMendTests
{
    /// <summary>The calls that messages name, by their text with the column's name left out.</summary>
    private static readonly Dictionary<string, Func<MLContext, string, IEstimator<ITransformer>>> Calls = new()
    {
        ["Transforms.Concatenate(#, #)"] = (context, name) => context.Transforms.Concatenate(name, name),
        ["Transforms.Conversion.ConvertType(#, outputKind: DataKind.Single)"] = (context, name) => context.Transforms.Conversion.ConvertType(name, outputKind: DataKind.Single),
        ["Transforms.Conversion.ConvertType(#, outputKind: DataKind.Boolean)"] = (context, name) => context.Transforms.Conversion.ConvertType(name, outputKind: DataKind.Boolean),
        ["Transforms.Conversion.MapKeyToValue(#)"] = (context, name) => context.Transforms.Conversion.MapKeyToValue(name),
        ["Transforms.Conversion.MapValueToKey(#)"] = (context, name) => context.Transforms.Conversion.MapValueToKey(name),
        ["Transforms.Conversion.MapKeyToVector(#)"] = (context, name) => context.Transforms.Conversion.MapKeyToVector(name),
        ["Transforms.Conversion.MapKeyToVector(#, outputCountVector: true)"] = (context, name) => context.Transforms.Conversion.MapKeyToVector(name, outputCountVector: true),
        ["Transforms.Text.FeaturizeText(#)"] = (context, name) => context.Transforms.Text.FeaturizeText(name),
        ["Transforms.Categorical.OneHotEncoding(#)"] = (context, name) => context.Transforms.Categorical.OneHotEncoding(name),
    };

    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    [DataRow("Single")]
    [DataRow("Double")]
    [DataRow("Int")]
    [DataRow("Bool")]
    [DataRow("Date")]
    [DataRow("Doubles")]
    [DataRow("Text")]
    [DataRow("Texts")]
    [DataRow("VariableTexts")]
    [DataRow("Key")]
    [DataRow("Keys")]
    [DataRow("VariableKeys")]
    public void FeaturesAreMended(string column) => Works(column, name => new MlpRegressionTrainer(_context, "Label", name, hiddenLayers: [2], numberOfEpochs: 1));

    [TestMethod]
    [DataRow("Text")]
    [DataRow("Single")]
    [DataRow("Int")]
    [DataRow("Bool")]
    [DataRow("Date")]
    public void ClassesAreMended(string column) => Works(column, name => new MlpTrainer(_context, name, hiddenLayers: [2], numberOfEpochs: 1));

    [TestMethod]
    [DataRow("Double")]
    [DataRow("Int")]
    [DataRow("Bool")]
    [DataRow("Date")]
    [DataRow("NumberText")]
    [DataRow("Doubles")]
    public void NumbersToPredictAreMended(string column) => Works(column, name => new MlpRegressionTrainer(_context, name, hiddenLayers: [2], numberOfEpochs: 1));

    [TestMethod]
    [DataRow("Single")]
    [DataRow("Double")]
    [DataRow("Int")]
    public void AnswersAreMended(string column) => Works(column, name => new MlpBinaryTrainer(_context, name, hiddenLayers: [2], numberOfEpochs: 1));

    [TestMethod]
    [DataRow("Double")]
    [DataRow("Bool")]
    [DataRow("NumberText")]
    public void WeightsAreMended(string column) => Works(column, name => new PolynomialTrainer(_context, exampleWeightColumnName: name));

    /// <summary>Where no call helps, none is named: neither a key nor a vector becomes one number by ConvertType, nor a vector one class by MapValueToKey.</summary>
    [TestMethod]
    [DataRow("Key")]
    [DataRow("Doubles")]
    public void ColumnsWithoutACallAreToBeReplaced(string column)
    {
        var data = Data();
        string message = Refusal(new PolynomialTrainer(_context, exampleWeightColumnName: column), data);
        Assert.Contains("exampleWeightColumnName, or null", message);
        Assert.DoesNotContain("mlContext", message);
        message = Refusal(new MlpTrainer(_context, "Keys"), data);
        Assert.Contains("one class a row with labelColumnName", message);
        Assert.DoesNotContain("mlContext", message);
    }

    private void Works(string column, Func<string, IEstimator<ITransformer>> create)
    {
        var data = Data();
        string message = Refusal(create(column), data);

        // Several calls are to be made one after another, or are alternatives.
        string text = message.Replace($"\"{column}\"", "#", StringComparison.Ordinal);
        var named = Calls.Where(call => text.Contains("mlContext." + call.Key, StringComparison.Ordinal)).OrderBy(call => text.IndexOf(call.Key, StringComparison.Ordinal)).ToArray();
        Assert.IsNotEmpty(named, message);
        Assert.HasCount(message.Split("mlContext.").Length - 1, named, message);
        if (message.Contains(" or mlContext", StringComparison.Ordinal))
        {
            foreach (var (_, call) in named)
            {
                create(column).Fit(call(_context, column).Fit(data).Transform(data));
            }

            return;
        }

        foreach (var (_, call) in named)
        {
            data = call(_context, column).Fit(data).Transform(data);
        }

        create(column).Fit(data);
    }

    private static string Refusal(IEstimator<ITransformer> trainer, IDataView data) => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainer.Fit(data)).Message;

    private IDataView Data()
    {
        var rows = Enumerable.Range(0, 12).Select(i => new Row
        {
            Label = i % 3,
            Features = [i % 2, i % 5],
            Single = i % 4,
            Double = 1 + (i % 3),
            Int = i % 3,
            Bool = i % 2 == 0,
            Date = new DateTime(2026, 1, 1 + (i % 4)),
            Doubles = [i % 2, 1],
            Text = $"word {i % 3}",
            NumberText = $"{i % 3}.5",
            Texts = [$"a{i % 2}", "b"],
            VariableTexts = [.. Enumerable.Repeat($"c{i % 2}", 1 + (i % 3))],
        });
        var data = _context.Data.LoadFromEnumerable(rows.ToList());
        return _context.Transforms.Conversion.MapValueToKey("Key", "Text")
            .Append(_context.Transforms.Conversion.MapValueToKey("Keys", "Texts"))
            .Append(_context.Transforms.Conversion.MapValueToKey("VariableKeys", "VariableTexts")).Fit(data).Transform(data);
    }

    private sealed class Row
    {
        public float Label { get; set; }

        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public float Single { get; set; }

        public double Double { get; set; }

        public int Int { get; set; }

        public bool Bool { get; set; }

        public DateTime Date { get; set; }

        [VectorType(2)]
        public double[] Doubles { get; set; } = [];

        public string Text { get; set; } = "";

        public string NumberText { get; set; } = "";

        [VectorType(2)]
        public string[] Texts { get; set; } = [];

        public string[] VariableTexts { get; set; } = [];
    }
}
