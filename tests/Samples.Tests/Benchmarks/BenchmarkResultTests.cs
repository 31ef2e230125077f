using System.Text.Json;
using MLNet.GradientTrainers.Benchmarks;

namespace MLNet.GradientTrainers.Samples.Tests;

/// <summary>The file that <c>./bench.sh --json</c> writes: other programs read it.</summary>
[TestClass]
public sealed class BenchmarkResultTests
{
    [TestMethod]
    public void JsonHasTheseFieldsAndNoOthers()
    {
        BenchmarkResult measured = new("matmul", 200, 100, "PyTorch 2", "GFLOP/s", 2, 0.5);
        using var json = JsonDocument.Parse(ResultFile.ToJson([measured]));
        JsonElement result = json.RootElement[0];
        CollectionAssert.AreEqual(
            new[] { "name", "ours", "peer", "peerName", "unit", "ratio", "shareOfPeak" }, result.EnumerateObject().Select(field => field.Name).ToArray());
        Assert.AreEqual(200, result.GetProperty("ours").GetDouble());
        Assert.AreEqual("PyTorch 2", result.GetProperty("peerName").GetString());
    }

    [TestMethod]
    public void AnAbsentPeerHasNoFigure()
    {
        BenchmarkResult alone = new("matmul", 200, null, "absent", "GFLOP/s", null, null);
        using var json = JsonDocument.Parse(ResultFile.ToJson([alone]));
        foreach (string field in (string[])["peer", "ratio", "shareOfPeak"])
        {
            Assert.AreEqual(JsonValueKind.Null, json.RootElement[0].GetProperty(field).ValueKind, field);
        }

        StringAssert.Contains(alone.ToRow(), "absent");
    }
}
