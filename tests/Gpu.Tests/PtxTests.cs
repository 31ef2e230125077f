using System.Reflection;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace MLNet.GradientTrainers.Kernels.Gpu.Tests;

/// <summary>Every kernel as NVIDIA's driver would get it, made without a card. (Its assembler is not here: that it makes good code of it is not tested.)</summary>
[TestClass]
public sealed class PtxTests
{
    public static IEnumerable<object[]> Architectures =>
    [
        ["sm_70", CudaArchitecture.SM_70, CudaInstructionSet.ISA_70],
        ["sm_80", CudaArchitecture.SM_80, CudaInstructionSet.ISA_80],
        ["sm_90", CudaArchitecture.SM_90, CudaInstructionSet.ISA_80],
    ];

    [TestMethod]
    [DynamicData(nameof(Architectures))]
    public void EveryKernelCompilesWithoutCallsAndWithoutLocalMemory(string name, CudaArchitecture architecture, CudaInstructionSet instructions)
    {
        MethodInfo[] kernels = [.. KernelMethods.All()];
        Assert.IsGreaterThan(30, kernels.Length, "That would be all kernels?");
        using Context context = Context.Create(builder => builder.Optimize(OptimizationLevel.O2));
        List<string> problems = [];
        foreach (MethodInfo kernel in kernels)
        {
            try
            {
                string ptx = Ptx.Of(context, kernel, architecture, instructions);
                problems.AddRange(new[] { ".extern", ".local" }.Where(word => ptx.Contains(word, StringComparison.Ordinal)).Select(word => $"{kernel} has {word}"));
            }
            catch (Exception error)
            {
                problems.Add($"{kernel}: {error.Message} {error.InnerException?.Message}");
            }
        }

        Assert.IsEmpty(problems, $"{name}: {string.Join("\n", problems)}");
    }
}

/// <summary>Kernels in NVIDIA's assembly language.</summary>
internal static class Ptx
{
    /// <summary>Threads of a group, for kernels that run in groups.</summary>
    public const int GroupSize = 256;

    public static string Of(Context context, MethodInfo kernel, CudaArchitecture architecture, CudaInstructionSet instructions)
    {
        using PTXBackend backend = new(context, architecture, instructions, null!);
        EntryPointDescription entry = KernelMethods.IsOfIndices(kernel)
            ? EntryPointDescription.FromImplicitlyGroupedKernel(kernel)
            : EntryPointDescription.FromExplicitlyGroupedKernel(kernel);
        KernelSpecialization specialization = KernelMethods.IsOfIndices(kernel) ? KernelSpecialization.Empty : new(GroupSize, 1);
        return ((PTXCompiledKernel)backend.Compile(entry, specialization)).PTXAssembly;
    }
}
