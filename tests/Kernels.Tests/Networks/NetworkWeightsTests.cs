namespace MLNet.GradientTrainers.Kernels.Tests;

[TestClass]
public class NetworkWeightsTests
{
    [TestMethod]
    public void Indexer_FindsParameters()
    {
        NetworkWeights weights = new(Sample());
        weights[1, "bias"][0] = 4;
        Assert.AreEqual(4, weights[1, "bias"][0]);
        Assert.AreEqual(6, weights[0, "weight"].Length);
        ArgumentException e = Assert.ThrowsExactly<ArgumentException>(() => weights[0, "wheight"].Length);
        StringAssert.Contains(e.Message, "(0, \"weight\")");
    }

    [TestMethod]
    public void Initialize_FollowsTheSeed()
    {
        float[] first = NetworkWeights.Initialize(Sample(), 1).Values;
        CollectionAssert.AreEqual(first, NetworkWeights.Initialize(Sample(), 1).Values);
        CollectionAssert.AreNotEqual(first, NetworkWeights.Initialize(Sample(), 2).Values);
        Assert.IsTrue(NetworkWeights.Initialize(Sample(), 1)[0, "weight"].ToArray().All(w => w != 0));
    }

    [TestMethod]
    public void Clone_IsIndependent()
    {
        NetworkWeights weights = NetworkWeights.Initialize(Sample(), 1);
        NetworkWeights clone = weights.Clone();
        CollectionAssert.AreEqual(weights.Values, clone.Values);
        clone[0, "weight"][0]++;
        Assert.AreNotEqual(weights[0, "weight"][0], clone[0, "weight"][0]);
    }

    [TestMethod]
    public void Stream_RoundTrips_AndLeavesTheRestUnread()
    {
        NetworkWeights weights = NetworkWeights.Initialize(Large(), 1);
        using MemoryStream stream = new([.. Bytes(weights), 42]);
        using BinaryReader reader = new(stream);
        TrainingFixture.AssertSameBits(weights.Values, NetworkWeights.Read(Large(), reader).Values);
        Assert.AreEqual(42, reader.ReadByte());
    }

    [TestMethod]
    public void Stream_CutAnywhere_SaysThatItEnds()
    {
        byte[] bytes = Bytes(NetworkWeights.Initialize(Sample(), 1));
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.ThrowsExactly<EndOfStreamException>(() => Read(Sample(), bytes[..length]), $"{length} bytes");
        }
    }

    [TestMethod]
    [DataRow(0, 0, "no network weights")]
    [DataRow(4, 2, "version 2")]
    [DataRow(4, 0, "version 0")]
    [DataRow(8, int.MaxValue, "2147483647 parameters")]
    [DataRow(8, 4, "4 parameters")]
    [DataRow(12, int.MaxValue, "2147483647 values")]
    [DataRow(12, -1, "-1 values")]
    [DataRow(16, 0x7fc00000, "NaN")]
    public void Stream_ThatIsWrong_SaysWhere(int offset, int value, string message)
    {
        byte[] bytes = Bytes(NetworkWeights.Initialize(Sample(), 1));
        BitConverter.TryWriteBytes(bytes.AsSpan(offset), value);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Read(Sample(), bytes)).Message, message);
    }

    [TestMethod]
    public void Stream_ShorterThanAHugeNetwork_ClaimsLittleMemory()
    {
        NetworkDefinition huge = new(new TensorShape(16384), [new Dense(16384)]);
        byte[] bytes = Bytes(NetworkWeights.Initialize(Sample(), 1));
        BitConverter.TryWriteBytes(bytes.AsSpan(8), 2);
        BitConverter.TryWriteBytes(bytes.AsSpan(12), 16384 * 16384);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.ThrowsExactly<EndOfStreamException>(() => Read(huge, bytes));
        Assert.IsLessThan(1_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static NetworkDefinition Sample() => new(new TensorShape(2), [new Dense(3, useBias: false), new Dense(1)]);

    private static NetworkDefinition Large() => new(new TensorShape(300), [new Dense(201, new ReLU()), new Dense(5)]);

    private static byte[] Bytes(NetworkWeights weights)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        weights.Write(writer);
        writer.Flush();
        return stream.ToArray();
    }

    private static NetworkWeights Read(NetworkDefinition definition, byte[] bytes)
    {
        using BinaryReader reader = new(new MemoryStream(bytes));
        return NetworkWeights.Read(definition, reader);
    }
}
