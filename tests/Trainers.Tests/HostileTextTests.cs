using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>Names that come from files stay short in messages, and do nothing in a terminal.</summary>
[TestClass]
public sealed class HostileTextTests
{
    private static readonly string Name = "\u001b[31m\u202e" + new string('x', 1_000_000);

    [TestMethod]
    public void ColumnsAreNotAllListed()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(Name, NumberDataViewType.Single);
        for (int i = 1; i < 20_000; i++)
        {
            builder.AddColumn($"c{i}", NumberDataViewType.Single);
        }

        var schema = builder.ToSchema();
        string message = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MlpTrainer(new MLContext()).GetOutputSchema(SchemaShapes.Of(schema))).Message;
        Assert.Contains("and 19,990 more", message);
        Plain(message);

        var context = new MLContext(seed: 1);
        var model = new PolynomialTrainer(context).Fit(Surface.Load(context, 20));
        Plain(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.GetOutputSchema(schema)).Message);
    }

    [TestMethod]
    public void WhatAModelFileSaysIsCut()
    {
        string quoted = System.Text.Json.JsonSerializer.Serialize(Name);
        foreach (string layer in new[] { $"{{\"kind\":{quoted}}}", $"{{\"kind\":\"dense\",{quoted}:1}}", $"{{\"kind\":\"dense\",\"units\":{quoted}}}", quoted })
        {
            Plain(Assert.ThrowsExactly<FormatException>(() => NetworkDefinition.FromJson($"{{\"format\":1,\"input\":[4],\"layers\":[{layer}]}}")).Message);
        }

        Plain(Assert.ThrowsExactly<ArgumentException>(() => Optimizers.Create(Name)).Message);
    }

    private static void Plain(string message)
    {
        Assert.IsLessThan(1500, message.Length, message);
        Assert.IsFalse(message.ReplaceLineEndings(" ").Any(c => char.IsControl(c) || c == '\u202e'), message);
    }
}
