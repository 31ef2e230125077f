namespace MLNet.GradientTrainers.Kernels.Tests;

[TestClass]
public sealed class ReferenceConformance : BackendConformance
{
    protected override IBackend<float> Create() => Backend.Create(BackendKind.Reference);
}

[TestClass]
public sealed class SimdConformance : BackendConformance
{
    protected override IBackend<float> Create() => Backend.Create(BackendKind.Simd, 1);
}

[TestClass]
public sealed class SimdTeamConformance : BackendConformance
{
    protected override IBackend<float> Create() => Backend.Create(BackendKind.Auto, 3);
}
