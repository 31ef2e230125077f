namespace MLNet.GradientTrainers.Kernels.Gpu.Tests;

/// <summary>Every operation on ILGPU's emulator, in small sizes.</summary>
[TestClass]
public sealed class EmulatorConformance : BackendConformance
{
    protected override IBackend<float> Create() => TestDevices.Emulator();

    protected override double Tolerance(BackendCase one) => GpuTolerance.Of(one);
}

/// <summary>Every operation on OpenCL, in all sizes.</summary>
[TestClass]
public sealed class OpenCLConformance : BackendConformance
{
    protected override IBackend<float> Create() => TestDevices.OpenCL();

    protected override double Tolerance(BackendCase one) => GpuTolerance.Of(one);
}

/// <summary>Every operation on the machine's card.</summary>
[TestClass]
public sealed class CardConformance : BackendConformance
{
    protected override IBackend<float> Create() => TestDevices.Card();

    protected override double Tolerance(BackendCase one) => GpuTolerance.Of(one);
}
