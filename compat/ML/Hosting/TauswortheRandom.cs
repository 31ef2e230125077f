using System.Numerics;

namespace Microsoft.ML.Runtime;

/// <summary>
/// The hybrid Tausworthe generator (Howes and Thomas, GPU Gems 3, chapter 37) that ML.NET's hosts use, so that a seed gives the
/// same draws here as there. It overrides no more than ML.NET's does: NextSingle, NextInt64 and the span of NextBytes are not seeded
/// there either.
/// </summary>
internal sealed class TauswortheRandom : Random
{
    private uint _z1, _z2, _z3, _z4;

    public TauswortheRandom(int? seed) : this(seed is null ? Shared : null)
    {
        if (seed is null)
            return;
        uint key = (uint)seed.Value;
        _z1 = key;
        _z2 = MurmurRound(_z1, key);
        _z3 = MurmurRound(_z2, key);
        _z4 = MurmurRound(_z3, key);
    }

    /// <summary>A generator whose state is drawn from another one.</summary>
    public TauswortheRandom(Random source)
    {
        if (source is null)
            return;
        _z1 = DrawSeed(source);
        _z2 = DrawSeed(source);
        _z3 = DrawSeed(source);
        _z4 = Draw(source);
    }

    public override double NextDouble() => NextUInt32() / 4294967296.0;

    public override int Next()
    {
        uint u = NextUInt32();
        return (int)(u + (u & 0x80000000));
    }

    public override int Next(int maxValue)
    {
        Contracts.CheckParam(maxValue >= 0, nameof(maxValue), "maxValue must be non-negative");
        return (int)((ulong)NextUInt32() * (ulong)maxValue >> 32);
    }

    public override int Next(int minValue, int maxValue)
    {
        Contracts.CheckParam(minValue <= maxValue, nameof(minValue), "minValue must be less than or equal to maxValue.");
        return (int)((long)(NextDouble() * ((long)maxValue - minValue)) + minValue);
    }

    public override void NextBytes(byte[] buffer)
    {
        Contracts.CheckValue(buffer, nameof(buffer));
        for (int i = 0; i < buffer.Length; i++)
            buffer[i] = (byte)Next();
    }

    private uint NextUInt32()
    {
        _z1 = Tausworthe(_z1, 13, 19, 12, ~1u);
        _z2 = Tausworthe(_z2, 2, 25, 4, ~7u);
        _z3 = Tausworthe(_z3, 3, 11, 17, ~15u);
        _z4 = 1664525 * _z4 + 1013904223;
        return _z1 ^ _z2 ^ _z3 ^ _z4;
    }

    private static uint Tausworthe(uint z, int s1, int s2, int s3, uint mask) => ((z & mask) << s3) ^ (((z << s1) ^ z) >> s2);

    private static uint Draw(Random source) => ((uint)source.Next(0x10000) << 16) | (uint)source.Next(0x10000);

    // Below 128 a Tausworthe component would degenerate.
    private static uint DrawSeed(Random source)
    {
        uint seed;
        do
            seed = Draw(source);
        while (seed < 128);
        return seed;
    }

    // One round of MurmurHash3 (Appleby).
    private static uint MurmurRound(uint hash, uint chunk)
        => BitOperations.RotateLeft(hash ^ BitOperations.RotateLeft(chunk * 0xCC9E2D51, 15) * 0x1B873593, 13) * 5 + 0xE6546B64;
}
