namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>What the calls of one operation take together.</summary>
internal sealed class ProfiledOperation(string name)
{
    public string Name => name;

    public int Calls { get; private set; }

    public double Seconds { get; private set; }

    /// <summary>Floating-point operations of products; 0 for all else.</summary>
    public double Operations { get; private set; }

    public void Add(double seconds, double operations)
    {
        Calls++;
        Seconds += seconds;
        Operations += operations;
    }

    public void Clear() => (Calls, Seconds, Operations) = (0, 0, 0);
}
