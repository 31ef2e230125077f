using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace MLNet.GradientTrainers.Kernels.Tests;

[TestClass]
public class SafetensorsTests
{
    private const string Weight = """ "0.weight":{"dtype":"F32","shape":[1,3],"data_offsets":[0,12]} """;
    private const string Bias = """ "0.bias":{"dtype":"F32","shape":[1],"data_offsets":[12,16]} """;

    [TestMethod]
    [DataRow("mlp")]
    [DataRow("cnn")]
    [DataRow("global")]
    [DataRow("residual")]
    public void Read_GivesTheOutputsOfPyTorch_AndWriteItsTensors(string name)
    {
        InterchangeCase golden = InterchangeCase.Of(name);
        string path = InterchangeCase.PathOf($"{name}.safetensors");
        NetworkWeights weights = Safetensors.Read(golden.Define(), path);
        InterchangeCase.AssertOutputs(weights, golden.X, golden.Y);
        byte[] written = Bytes(weights);
        CollectionAssert.AreEqual(golden.Tensors, Names(written));
        Dictionary<string, string> theirs = Tensors(File.ReadAllBytes(path));
        Dictionary<string, string> ours = Tensors(written);
        foreach (string tensor in golden.Tensors.Where(tensor => !tensor.EndsWith(StateDict.BatchCount, StringComparison.Ordinal)))
        {
            Assert.AreEqual(theirs[tensor], ours[tensor], tensor);
        }

        TrainingFixture.AssertSameBits(weights.Values, Read(written, golden.Define()).Values);
    }

    [TestMethod]
    [DataRow("F32")]
    [DataRow("F16")]
    [DataRow("BF16")]
    [DataRow("F64")]
    public void Read_TakesEveryType(string type)
    {
        NetworkWeights weights = Safetensors.Read(Sample(), InterchangeCase.PathOf($"{type}.safetensors"));
        CollectionAssert.AreEqual(new[] { 1.5f, -2, 3 }, weights[0, "weight"].ToArray());
        CollectionAssert.AreEqual(new[] { 0.25f }, weights[0, "bias"].ToArray());
    }

    [TestMethod]
    public void Names_CountModules_BlocksAndMembers_AndLeaveScalingAside()
    {
        Layer[] inner = [new Dense(4, new ReLU()), new Dropout(), new Dense(4)];
        NetworkDefinition definition = new(
            new TensorShape(4),
            [new Normalization(), new ActivationLayer(new Asinh(3)), new PiecewiseLinearEncoding(2), new Dense(4, new Tanh()), new Residual(inner, [new Dense(4, useBias: false)]), new Ensemble(inner, 2)]);
        string[] expected =
        [
            "scaling.0.mean", "scaling.0.scale", "scaling.2.start", "scaling.2.scale", "0.weight", "0.bias",
            "2.layers.0.weight", "2.layers.0.bias", "2.layers.3.weight", "2.layers.3.bias", "2.projection.0.weight",
            "3.members.0.0.weight", "3.members.0.0.bias", "3.members.0.3.weight", "3.members.0.3.bias",
            "3.members.1.0.weight", "3.members.1.0.bias", "3.members.1.3.weight", "3.members.1.3.bias",
        ];
        NetworkWeights weights = NetworkWeights.Initialize(definition, 1);
        byte[] bytes = Bytes(weights);
        CollectionAssert.AreEqual(expected, Names(bytes));
        TrainingFixture.AssertSameBits(weights.Values, Read(bytes, definition).Values);
    }

    [TestMethod]
    public void RoundTrip_KeepsEveryLayer()
    {
        foreach (Layer layer in Layers.All)
        {
            foreach (TensorShape input in new TensorShape[] { new(6), new(2, 5, 4) })
            {
                NetworkDefinition definition;
                try
                {
                    definition = new(input, [layer]);
                }
                catch (ArgumentException)
                {
                    continue;
                }

                NetworkWeights weights = new(definition);
                for (int i = 0; i < definition.Parameters.Count; i++)
                {
                    Array.ConvertAll(TestTensors.Gaussians(weights[definition.Parameters[i]].Length, (ulong)i), value => (float)value).CopyTo(weights[definition.Parameters[i]]);
                }

                TrainingFixture.AssertSameBits(weights.Values, Read(Bytes(weights), definition).Values);
            }
        }
    }

    [TestMethod]
    public void Metadata_IsWritten_AndDataIsAligned()
    {
        using MemoryStream stream = new();
        Safetensors.Write(new NetworkWeights(Sample()), stream, new Dictionary<string, string> { ["author"] = "me" });
        byte[] bytes = stream.ToArray();
        Assert.AreEqual(0, HeaderLength(bytes) % 8);
        JsonElement metadata = Header(bytes).GetProperty("__metadata__");
        Assert.AreEqual("pt", metadata.GetProperty("format").GetString());
        Assert.AreEqual("me", metadata.GetProperty("author").GetString());
        _ = Read(bytes, Sample());
    }

    [TestMethod]
    public void OtherNames_AreFoundByTheCallersRule_AndOthersLeftUnread()
    {
        byte[] bytes = FileOf("{" + Weight.Replace("0.", "fc.") + "," + Bias.Replace("0.", "fc.") + """, "head":{"dtype":"BOOL","shape":[2],"data_offsets":[16,18]}}""", 18);
        bytes[^18] = 0;
        using MemoryStream stream = new(bytes);
        _ = Safetensors.Read(Sample(), stream, name => name.Replace("0.", "fc."), ignoreOthers: true);
        FormatException e = Assert.ThrowsExactly<FormatException>(() => Read(bytes, Sample()));
        StringAssert.Contains(e.Message, "'0.weight'");
        StringAssert.Contains(e.Message, "'fc.weight'");
        Assert.ThrowsExactly<ArgumentException>(() => Safetensors.Read(Sample(), new MemoryStream(bytes), _ => "same"));
    }

    [TestMethod]
    [DataRow("{" + Weight + "}", 12, "lacks '0.bias'")]
    [DataRow("{" + Weight + "," + Bias + ""","x":{"dtype":"F32","shape":[0],"data_offsets":[16,16]}}""", 16, "'x', which the network does not have")]
    [DataRow("{" + Weight + "," + Weight + "," + Bias + "}", 16, "'0.weight' twice")]
    [DataRow("""{"0.weight":{"dtype":"F32","shape":[3,1],"data_offsets":[0,12]},""" + Bias + "}", 16, "'0.weight' has the shape [3, 1] in the file, but [1, 3]")]
    [DataRow("""{"0.weight":{"dtype":"I32","shape":[1,3],"data_offsets":[0,12]},""" + Bias + "}", 16, "of type I32")]
    [DataRow("""{"0.weight":{"dtype":"F99","shape":[1,3],"data_offsets":[0,12]},""" + Bias + "}", 16, "unknown type 'F99'")]
    [DataRow("""{"0.weight":{"dtype":"F32","shape":[1,3],"data_offsets":[0,16]},""" + Bias + "}", 16, "takes 12 bytes")]
    [DataRow("""{"0.weight":{"dtype":"F32","shape":[1,3],"data_offsets":[4,16]},""" + Bias + "}", 16, "a gap")]
    [DataRow("{" + Weight + """, "0.bias":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 16, "an overlap")]
    [DataRow("""{"0.weight":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807,9223372036854775807],"data_offsets":[0,12]}}""", 16, "but its data_offsets")]
    [DataRow("""{"0.weight":{"dtype":"F32","shape":[-1],"data_offsets":[0,12]}}""", 16, "at least 0")]
    [DataRow("""{"0.weight":{"dtype":"F32","shape":[1,3]}}""", 16, "lacks one of")]
    [DataRow("""{"0.weight":{"dtype":"F32","dtype":"F32"}}""", 16, "there twice")]
    [DataRow("""{"0.weight":[]}""", 16, "StartArray")]
    [DataRow("{" + Weight + "," + Bias + "} 1", 16, "valid JSON")]
    [DataRow("{" + Weight + "," + Bias, 16, "valid JSON")]
    [DataRow("[]", 0, "'{'")]
    [DataRow("{" + Weight + "," + Bias + "}", 17, "goes on behind its last tensor")]
    public void Read_SaysWhatIsWrong(string header, int data, string problem)
    {
        FormatException e = Assert.ThrowsExactly<FormatException>(() => Read(FileOf(header, data), Sample()));
        StringAssert.Contains(e.Message, problem);
    }

    [TestMethod]
    public void Read_OfAnEnsemblesFile_TellsItsMembers()
    {
        Layer[] inner = [new Dense(4, new ReLU()), new Dense(2)];
        byte[] bytes = Bytes(NetworkWeights.Initialize(new NetworkDefinition(new TensorShape(3), [new Ensemble(inner, 3)]), 1));
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Read(bytes, new NetworkDefinition(new TensorShape(3), inner))).Message, "an ensemble of 3 members, the network that is asked for is no such");
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Read(bytes, new NetworkDefinition(new TensorShape(3), [new Ensemble(inner, 4)]))).Message, "an ensemble of 3 members, the network that is asked for has 4");
    }

    [TestMethod]
    public void Files_AreNamed_AndFoldersToldAsSuch()
    {
        string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        string wrong = Path.Combine(folder, "wrong.bin");
        _ = Directory.CreateDirectory(folder);
        try
        {
            File.WriteAllBytes(wrong, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
            foreach (Func<string, object> read in (Func<string, object>[])[path => Safetensors.Read(Sample(), path), path => OnnxModel.ToNetwork(path)])
            {
                StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => read(folder)).Message, $"'{folder}' is a folder");
                StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => read(wrong)).Message, $"'{wrong}': ");
            }

            File.WriteAllBytes(wrong, [1]);
            StringAssert.Contains(Assert.ThrowsExactly<EndOfStreamException>(() => Safetensors.Read(Sample(), wrong)).Message, $"'{wrong}': ");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void Read_RefusesNumbersThatAreNotFinite()
    {
        byte[] bytes = FileOf("{" + Weight + "," + Bias + "}", 16);
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(bytes.Length - 4), float.NaN);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Read(bytes, Sample())).Message, "'0.bias'");
    }

    [TestMethod]
    public void Read_CutAnywhere_SaysThatItEnds()
    {
        byte[] bytes = Bytes(NetworkWeights.Initialize(Sample(), 1));
        for (int length = 0; length < bytes.Length; length++)
        {
            byte[] cut = bytes[..length];
            Assert.ThrowsExactly<EndOfStreamException>(() => Read(cut, Sample()), $"{length} bytes");
        }
    }

    [TestMethod]
    [DataRow(0UL)]
    [DataRow(100_000_001UL)]
    [DataRow(ulong.MaxValue)]
    public void Header_OfAForbiddenLength_IsRefused(ulong length)
    {
        byte[] bytes = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Read(bytes, Sample())).Message, "100,000,000");
    }

    [TestMethod]
    public void MutatedFiles_GiveNamedErrors_AndTakeLittleMemory()
    {
        InterchangeCase golden = InterchangeCase.Of("cnn");
        NetworkDefinition definition = golden.Define();
        byte[] bytes = File.ReadAllBytes(InterchangeCase.PathOf("cnn.safetensors"));
        long before = GC.GetAllocatedBytesForCurrentThread();
        int refused = Mutations.Run(bytes, 1000, mutated => Read(mutated, definition), e => e is FormatException or EndOfStreamException);
        Assert.IsGreaterThan(300, refused);
        Assert.IsLessThan(1000L << 19, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static NetworkDefinition Sample() => new(new TensorShape(3), [new Dense(1)]);

    private static NetworkWeights Read(byte[] bytes, NetworkDefinition definition)
    {
        using MemoryStream stream = new(bytes);
        return Safetensors.Read(definition, stream);
    }

    private static byte[] Bytes(NetworkWeights weights)
    {
        using MemoryStream stream = new();
        Safetensors.Write(weights, stream);
        return stream.ToArray();
    }

    private static byte[] FileOf(string header, int data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] bytes = new byte[8 + json.Length + data];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)json.Length);
        json.CopyTo(bytes, 8);
        return bytes;
    }

    private static int HeaderLength(byte[] bytes) => (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    private static JsonElement Header(byte[] bytes) => JsonSerializer.Deserialize<JsonElement>(bytes.AsSpan(8, HeaderLength(bytes)));

    private static string[] Names(byte[] bytes) => [.. Header(bytes).EnumerateObject().Select(member => member.Name).Where(name => name != "__metadata__")];

    /// <summary>Type, shape and bytes of each tensor.</summary>
    private static Dictionary<string, string> Tensors(byte[] bytes) => Header(bytes).EnumerateObject().Where(member => member.Name != "__metadata__").ToDictionary(
        member => member.Name,
        member =>
        {
            int[] offsets = [.. member.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => 8 + HeaderLength(bytes) + offset.GetInt32())];
            string shape = string.Join(",", member.Value.GetProperty("shape").EnumerateArray());
            return $"{member.Value.GetProperty("dtype")} [{shape}] {Convert.ToHexString(bytes[offsets[0]..offsets[1]])}";
        });
}
