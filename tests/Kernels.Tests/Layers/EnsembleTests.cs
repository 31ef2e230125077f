namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Several networks of the same layers, whose mean output counts. (Gradients are checked with those of all layers.)</summary>
[TestClass]
public sealed class EnsembleTests
{
    [TestMethod]
    public void GivesTheMeanOfItsMembers()
    {
        LayerHarness layer = new(new Ensemble([new Dense(1)], 2), new TensorShape(2), 1);
        layer.SetParameter(0, 1, 2);
        layer.SetParameter(1, 3);
        layer.SetParameter(2, -5, 4);
        layer.SetParameter(3, 1);

        // (1·10 + 2·20 + 3 + (−5)·10 + 4·20 + 1) / 2 = (53 + 31) / 2; each member gets half of the gradient, and the input the sum of theirs.
        TestTensors.AreClose([42], layer.Forward(10, 20), 1e-15);
        layer.Backward(2);
        TestTensors.AreClose([10, 20], layer.Values(layer.Pass.ParameterGradients[0]), 1e-15);
        TestTensors.AreClose([1], layer.Values(layer.Pass.ParameterGradients[3]), 1e-15);
        TestTensors.AreClose([-4, 6], layer.Values(layer.Pass.InputGradient), 1e-15);
    }

    /// <summary>Whoever prints a network sees what is inside: how many members, and the layers of one.</summary>
    [TestMethod]
    public void IsPrintedWithItsMembersAndTheirLayers()
    {
        NetworkDefinition definition = new(new TensorShape(4), [new Ensemble([new Dense(64, new SiLU()), new Dense(3)], 5)]);
        Assert.AreEqual("[4] → ensemble of 5 × (dense [64] → dense [3])", definition.ToString());

        string[] lines = [.. NetworkSummary.Of(definition).Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        CollectionAssert.IsSubsetOf(new[] { "1 ensemble of 5 × [3] 2,575 2,240 10.1 KiB", "1.1 dense, silu [64] 320 256 1.3 KiB", "1.2 dense [3] 195 192 780 B", "Parameters: 2,575 (10.1 KiB)" }, lines);
    }

    /// <summary>Its members draw initial weights and dropped units of their own.</summary>
    [TestMethod]
    public void MembersDiffer()
    {
        NetworkDefinition definition = new(new TensorShape(30), [new Ensemble([new Dense(4)], 3)]);
        NetworkWeights weights = NetworkWeights.Initialize(definition, 1);
        float[][] members = [.. Enumerable.Range(0, 3).Select(i => weights[0, Ensemble.ParameterName(i, 0, "weight")].ToArray())];
        CollectionAssert.AreNotEqual(members[0], members[1]);
        CollectionAssert.AreNotEqual(members[1], members[2]);

        // Of equal members of ones, each drops others: a mean of 2 of 3 is neither all nor nothing.
        LayerHarness dropout = new(new Ensemble([new Dropout(0.5)], 3), new TensorShape(100), 1);
        double[] ones = new double[100];
        Array.Fill(ones, 1);
        Assert.IsGreaterThan(2, dropout.Forward(ones).Distinct().Count());
    }

    [TestMethod]
    public void NamesItsParametersByMemberAndLayer()
    {
        Ensemble layer = new([new Flatten(), new Dense(5, new ReLU()), new Dense(3, useBias: false)], 2);
        TensorShape input = new(2, 3, 1);
        string[] expected = ["member0.1.weight", "member0.1.bias", "member0.2.weight", "member1.1.weight", "member1.1.bias", "member1.2.weight"];
        CollectionAssert.AreEqual(expected, layer.Parameters(input).Select(p => p.Name).ToArray());
        Assert.AreEqual(expected[5], Ensemble.ParameterName(1, 2, "weight"));
        Assert.AreEqual(new TensorShape(3), layer.OutputShape(input));
        Assert.AreEqual(2 * ((6 * 5) + (5 * 3)), layer.MultiplyAdds(input));
        Assert.AreEqual(8, layer.Count + 1, "itself, and three layers for each member");
    }

    [TestMethod]
    public void ComesBackFromAFileWithItsWeights()
    {
        NetworkDefinition definition = new(new TensorShape(4), [new Normalization(), new Ensemble([new Dense(3, new SiLU()), new Dense(2)], 3)]);
        NetworkWeights weights = NetworkWeights.Initialize(definition, 7);
        weights[0, Normalization.Scale].Fill(0.25f);
        NetworkDefinition read = NetworkDefinition.FromJson(definition.ToJson());
        Assert.AreEqual(definition, read);
        Assert.AreEqual(definition.GetHashCode(), read.GetHashCode());
        Assert.AreNotEqual(definition, new NetworkDefinition(new TensorShape(4), [new Normalization(), new Ensemble([new Dense(3, new SiLU()), new Dense(2)], 2)]));

        using MemoryStream file = new();
        using BinaryWriter writer = new(file);
        weights.Write(writer);
        writer.Flush();
        file.Position = 0;
        using BinaryReader reader = new(file);
        NetworkWeights loaded = NetworkWeights.Read(read, reader);
        foreach (ParameterSlot slot in definition.Parameters)
        {
            CollectionAssert.AreEqual(weights[slot.Layer, slot.Spec.Name].ToArray(), loaded[slot.Layer, slot.Spec.Name].ToArray(), slot.Spec.Name);
        }
    }

    [TestMethod]
    public void WhatCanNotBeIsRefused()
    {
        Refused("needs at least one layer inside", new Ensemble([], 2));
        Refused("needs at least one layer inside", new Ensemble([new Ensemble([], 2)], 2));
        Refused("needs at least one layer inside", new Ensemble(null!, 2));
        Refused("Members of ensemble is 0", new Ensemble([new Dense(1)], 0));
        Refused("Members of ensemble is -2147483648", new Ensemble([new Dense(1)], int.MinValue));
        Refused("Members of ensemble is 1025", new Ensemble([new Dense(1)], 1025));
        Refused("Rate of dropout", new Ensemble([new Dropout(2)], 2));
        Refused("is null", new Ensemble([null!], 2));
        Refused("in its layers, layer 2 of 2 (dense), with input [2, 1, 1]", new Ensemble([new Convolution2D(2, 1), new Dense(1)], 2), new TensorShape(1, 1, 1));

        static void Refused(string message, Layer layer, TensorShape? input = null) =>
            StringAssert.Contains(Assert.Throws<ArgumentException>(() => new NetworkDefinition(input ?? new TensorShape(3), [layer])).Message, message);
    }

    /// <summary>As many as there are in any order of blocks: told before anything of that size is made.</summary>
    [TestMethod]
    [DataRow(1024, 4)]
    [DataRow(int.MaxValue, 2)]
    [DataRow(int.MaxValue, 16)]
    [DataRow(2, 16)]
    public void TooManyInnerMembersAreRefused(int members, int depth)
    {
        Layer layer = new Dense(1);
        for (int i = 0; i < depth; i++)
        {
            layer = new Ensemble([layer, new Dense(1)], members);
        }

        string message = Assert.Throws<ArgumentException>(() => new NetworkDefinition(new TensorShape(1), [layer, layer])).Message;
        StringAssert.Contains(message, "layers is too large: at most 4,096 are allowed, those in blocks included");
    }

    [TestMethod]
    public void TooDeepNestingIsRefused()
    {
        Layer layer = new Dense(1);
        for (int i = 0; i < 20; i++)
        {
            layer = new Ensemble([layer], 1);
        }

        StringAssert.Contains(Assert.Throws<ArgumentException>(() => new NetworkDefinition(new TensorShape(1), [layer])).Message, "at most 16 are allowed");
    }
}
