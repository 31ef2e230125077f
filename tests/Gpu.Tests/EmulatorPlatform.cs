using ILGPU;
using ILGPU.Runtime.CPU;

namespace MLNet.GradientTrainers.Kernels.Gpu.Tests;

/// <summary>A machine with some emulated cards, for tests of what devices do to those who use them.</summary>
/// <param name="count">How many.</param>
/// <param name="opened">Sees every session that is opened, before it is used.</param>
internal sealed class EmulatorPlatform(int count, Action<GpuSession>? opened = null) : GpuPlatform
{
    /// <summary>The sessions that were opened.</summary>
    public List<GpuSession> Sessions { get; } = [];

    /// <summary>What every card is called; null for names with their numbers.</summary>
    public string? Name { get; init; }

    /// <summary>What the self-test says of every card, empty for nothing wrong; null to run it.</summary>
    public string? Verdict { get; init; }

    public override string? Test(GpuBackend backend) => Verdict switch { null => base.Test(backend), "" => null, string verdict => verdict };

    public override GpuSession Open(GpuDevice device)
    {
        Context context = Context.Create(builder => builder.CPU(new CPUDevice(4, 64, 1)).Optimize(OptimizationLevel.O2));
        GpuSession session = new(context, context.Devices[0]);
        Sessions.Add(session);
        opened?.Invoke(session);
        return session;
    }

    protected override (IReadOnlyList<GpuDevice> Devices, string? Problem) Find() =>
        ([.. Enumerable.Range(0, count).Select(i => new GpuDevice(i, Name ?? $"Emulator {i}", GpuApi.Emulator, 1L << 30, 1, IsProcessor: false))], count > 0 ? null : "no card was put in");
}
