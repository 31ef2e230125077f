namespace MLNet.GradientTrainers.Kernels;

/// <summary>Random numbers of one row, drawn by counting from a key: <see cref="RandomSource"/> without an object.</summary>
internal struct RandomStream(ulong key)
{
    private readonly ulong _key = key;
    private ulong _index;

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (RandomKey.Derive(_key, _index++) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in ±limit.</summary>
    public double NextSigned(double limit) => limit * ((2 * NextDouble()) - 1);

    /// <summary>Uniform in [0, limit).</summary>
    public int NextInt32(int limit) => (int)(((RandomKey.Derive(_key, _index++) >> 32) * (ulong)limit) >> 32);

    /// <summary>Standard normal (Box–Muller, cosine branch).</summary>
    public double NextGaussian()
    {
        double u = 1 - NextDouble();
        return Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(2 * Math.PI * NextDouble());
    }
}
