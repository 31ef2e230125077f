namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Damages files in the ways that find faults of readers: bits, bytes, numbers at their limits, parts left out, doubled or exchanged. The same seed, the same damage.</summary>
internal static class Mutations
{
    private static readonly byte[] s_extremes = [0, 1, 0x7F, 0x80, 0xFF];

    /// <summary>Reads damaged copies; any error but those expected fails the test.</summary>
    /// <returns>How many were refused.</returns>
    public static int Run(byte[] file, int count, Action<byte[]> read, Func<Exception, bool> isExpected)
    {
        int refused = 0;
        for (int seed = 0; seed < count; seed++)
        {
            byte[] mutated = Mutate(file, seed);
            try
            {
                read(mutated);
            }
            catch (Exception e) when (isExpected(e))
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"Mutation {seed}: {e}");
            }
        }

        return refused;
    }

    private static byte[] Mutate(byte[] file, int seed)
    {
        Random random = new(seed);
        List<byte> bytes = [.. file];
        for (int change = random.Next(1, 5); change > 0 && bytes.Count > 0; change--)
        {
            // Structure lies in front and is small, so that half of the changes are there.
            int at = random.Next(2) == 0 ? random.Next(bytes.Count) : random.Next(Math.Min(bytes.Count, 600));
            int length = random.Next(1, Math.Min(16, bytes.Count - at) + 1);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    for (int i = 0; i < length; i++)
                    {
                        bytes[at + i] = s_extremes[random.Next(s_extremes.Length)];
                    }

                    break;
                case 3:
                    bytes.RemoveRange(at, length);
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                default:
                    bytes.RemoveRange(at, random.Next(8) == 0 ? bytes.Count - at : 1);
                    break;
            }
        }

        return [.. bytes];
    }
}
