using System.Text.RegularExpressions;

namespace MLNet.GradientTrainers.Kernels.Gpu.Tests;

/// <summary>Every operation on ILGPU's emulator, in one or two small sizes: a launch takes milliseconds there, whatever its size.</summary>
[TestClass]
public sealed partial class EmulatorConformance : BackendConformance
{
    [TestMethod]
    public void EveryOperationIsCovered()
    {
        string[] covered = [.. BackendCases.All().Where(Covers).Select(Operation).Distinct()];
        CollectionAssert.IsSubsetOf(BackendCases.All().Select(Operation).Distinct().ToArray(), covered);
    }

    protected override IBackend<float> Create() => TestDevices.Emulator();

    protected override double Tolerance(BackendCase one) => GpuTolerance.Of(one);

    protected override bool Covers(BackendCase one) => Small().IsMatch(one.Name);

    private static string Operation(BackendCase one) => one.Name.Split(' ')[0];

    /// <summary>By vectors, tables, activations, losses, optimizers, images, products.</summary>
    [GeneratedRegex("""
        ^(Map\ \w+|AddScaled|Blend|Dropout|Fill,\ Copy|Sum,\ SumOfSquares|Update)\ 17($|\ )
        |^\w+\ 29x16($|\ \+|\ weighted\ in|\ own|\ in\ 2)
        |\}\ within\ 6$
        |\}\ 3x10\ within\ 1$
        |^(Adam\ \{.*of\ rows\ of\ 16|(?!.*of\ rows)\w+\ \{).*\ Decay\ =\ 0\.03\ \}$
        |^\w+\ 3\ ×\ (pooling\ of\ \[3,|convolution\ of\ \[7,)
        |^(DropoutChannels|TransposeEach)\ 3x49x3$
        |^(MatMul|Affine)\ 5x3
        |^MatMul\ 15x65ᵀ\ ·\ 65x33\ \+$
        |^Convolution(|(Input|Weight)Gradient)\ 2\ ×\ convolution\ of\ \[8,
        |^ConvolutionInputGradient\ 2\ ×\ convolution\ of\ \[3,\ 9,
        |^(Sparse\w+|FillRows|SumOfSquares\ of\ rows)\ (3x7|7x16)
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Small();
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
