using System.Numerics;

namespace MLNet.GradientTrainers.Kernels.Tests;

[TestClass]
public sealed class Crc32CTests
{
    [TestMethod]
    public void KnownTextsHaveTheirChecksums()
    {
        // The check value of the catalogs, and RFC 3720, B.4: 32 zeros, 32 ones.
        Assert.AreEqual(0xE3069283, Crc32C.Of("123456789"u8));
        Assert.AreEqual(0x8A9136AA, Crc32C.Of(new byte[32]));
        Assert.AreEqual(0x62A8AB43u, Crc32C.Of(Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.AreEqual(0u, Crc32C.Of(default));
    }

    /// <summary>Parts side by side give what bytes one after the other do, whatever is left over.</summary>
    [TestMethod]
    public void LongBlocksHaveTheChecksumOfTheirBytesInTurn()
    {
        byte[] bytes = new byte[100_003];
        new Random(1).NextBytes(bytes);
        foreach (int length in (int[])[1, 7, 8, 4096, 12_287, 12_288, 12_289, 24_576, 99_999, bytes.Length])
        {
            foreach (int start in (int[])[0, 3])
            {
                if (start + length <= bytes.Length)
                {
                    uint crc = ~0u;
                    foreach (byte value in bytes.AsSpan(start, length))
                    {
                        crc = BitOperations.Crc32C(crc, value);
                    }

                    Assert.AreEqual(~crc, Crc32C.Of(bytes.AsSpan(start, length)), $"{length} bytes from {start} on");
                }
            }
        }
    }
}
