namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>One line of the table: our side in this process; the peer's in a script under pytorch/, or in this process too.</summary>
internal abstract class Benchmark
{
    public abstract string Name { get; }

    /// <summary>The unit of both figures: <c>s</c> or <c>MB</c> (smaller is better) or a rate such as <c>GFLOP/s</c> or <c>rows/s</c>.</summary>
    public abstract string Unit { get; }

    public bool SmallerIsBetter => Unit is "s" or "MB";

    /// <summary>Arguments of the peer's script: its file name, then its own ones. It prints a JSON object with the figure as "value". Null where the peer is no script.</summary>
    public virtual string[]? PeerScript => null;

    /// <summary>The command of the program under LibTorch/, with its arguments; null where it has none.</summary>
    public virtual string[]? LibTorchCommand => null;

    /// <summary>The peer's name where it is not PyTorch.</summary>
    public virtual string? PeerName => null;

    /// <summary>Makes a peer that runs in this process; null where there is none, or not on this machine.</summary>
    public virtual IRun? StartPeer(int threads) => null;

    /// <summary>Makes what is measured; the work of this method and of the first run is not.</summary>
    public abstract IRun Start(int threads);

    /// <summary>Floating-point operations a second behind a figure, in GFLOP/s, for the share of the peak; null where it means nothing.</summary>
    public abstract double? GigaFlops(double figure);
}

/// <summary>One side, ready to be measured again and again.</summary>
internal interface IRun : IDisposable
{
    double Measure();
}
