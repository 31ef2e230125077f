using System.Diagnostics;
using System.Globalization;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>Peak memory of a whole process that trains a convolutional network on 1,024 images, in MB: a child process of this program, and the peer's script.</summary>
/// <param name="name">Name in the table.</param>
/// <param name="network">A name of <see cref="CnnNetworks"/>.</param>
/// <param name="batch">Images of an update.</param>
internal sealed class CnnMemory(string name, string network, int batch) : Benchmark
{
    /// <summary>What the child process is started with, before network, batch and threads.</summary>
    public const string Command = "--cnn-memory";

    private const int Images = 1024;

    public override string Name => name;

    public override string Unit => "MB";

    public override string[]? PeerScript => ["cnn.py", "--network", network, "--batch", Text(batch), "--memory"];

    public override double? GigaFlops(double figure) => null;

    public override IRun Start(int threads) => new Run(network, batch, threads);

    /// <summary>The child process: trains, and gives its peak memory in MB.</summary>
    public static double Measure(string network, int batch, int threads)
    {
        var definition = CnnNetworks.Create(network);
        using var backend = Backend.Create(BackendKind.Simd, threads);
        using var trained = new Network<float>(definition, backend, batch, training: true);
        trained.Load(NetworkWeights.Initialize(definition, 1));
        new TrainingLoop<float>(trained, CnnNetworks.Options(network, batch)).Run(CnnNetworks.Images(definition, Images));
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1e6;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class Run(string network, int batch, int threads) : IRun
    {
        public double Measure() => double.Parse(ChildProgram.Run(Command, network, Text(batch), Text(threads)), CultureInfo.InvariantCulture);

        public void Dispose()
        {
        }
    }
}
