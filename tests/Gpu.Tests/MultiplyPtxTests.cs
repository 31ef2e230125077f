using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace MLNet.GradientTrainers.Kernels.Gpu.Tests;

/// <summary>What the multiply becomes on an NVIDIA card, read without one: sums in registers and shared memory read by 128 bits.</summary>
[TestClass]
public sealed class MultiplyPtxTests
{
    private static readonly (Type Left, Type Right)[] s_operands =
    [
        (typeof(RowOperand), typeof(ColumnOperand)),
        (typeof(ColumnOperand), typeof(RowOperand)),
        (typeof(PatchOperand), typeof(ColumnOperand)),
        (typeof(OutputPatchOperand), typeof(TurnedWeightOperand)),
        (typeof(PatchColumnOperand), typeof(ColumnOperand)),
    ];

    [TestMethod]
    public void SumsStayInRegistersAndSharedMemoryIsReadBy128Bits()
    {
        using Context context = Context.Create(builder => builder.Optimize(OptimizationLevel.O2));
        foreach (CudaArchitecture architecture in (CudaArchitecture[])[CudaArchitecture.SM_70, CudaArchitecture.SM_80, CudaArchitecture.SM_90])
        {
            using PTXBackend compiler = new(context, architecture, CudaInstructionSet.ISA_80, null!);
            foreach ((Type left, Type right) in s_operands)
            {
                Check(Compile(compiler, typeof(Tile64), left, right), 16, 2, 1, $"{architecture} {left.Name} 64");
                Check(Compile(compiler, typeof(Tile128), left, right), 64, 4, Tile128.Unrolled, $"{architecture} {left.Name} 128");
            }
        }
    }

    /// <param name="assembly">The kernel's text.</param>
    /// <param name="products">Products of a thread for each depth.</param>
    /// <param name="reads">Reads of shared memory for each depth.</param>
    /// <param name="depths">Depths of a round of the inner loop.</param>
    /// <param name="name">For messages.</param>
    private static void Check(string assembly, int products, int reads, int depths, string name)
    {
        foreach (string forbidden in (string[])[".local", ".extern", "ld.shared.f32", "ld.shared.v2"])
        {
            Assert.AreEqual(0, Regex.Count(assembly, Regex.Escape(forbidden)), $"{name}: {forbidden}");
        }

        Assert.IsGreaterThanOrEqualTo(2, Regex.Count(assembly, @"ld\.global\.v4\.f32"), name);
        Assert.IsGreaterThanOrEqualTo(products / 4, Regex.Count(assembly, @"st\.global\.v4\.f32"), name);

        // The inner loop is the block, from label to label, with all products of a round.
        string loop = Regex.Split(assembly, @"^\s*L_\d+:", RegexOptions.Multiline).MaxBy(block => Regex.Count(block, @"mul\.f32"))!;
        Assert.AreEqual(products * depths, Regex.Count(loop, @"mul\.f32"), name);
        Assert.AreEqual(products * depths, Regex.Count(loop, @"add\.f32"), name);
        Assert.AreEqual(reads * depths, Regex.Count(loop, @"ld\.shared\.v4\.f32"), name);
        Assert.AreEqual(0, Regex.Count(loop, @"ld\.global"), name);
    }

    private static string Compile(PTXBackend compiler, Type tile, Type left, Type right)
    {
        MethodInfo kernel = typeof(TiledProduct).GetMethod(nameof(TiledProduct.MultiplyKernel), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(tile, left, right, typeof(IdentityRule));
        return ((PTXCompiledKernel)compiler.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), new KernelSpecialization(TiledProduct.Threads, 2))).PTXAssembly;
    }
}
