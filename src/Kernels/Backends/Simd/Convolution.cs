using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

public sealed unsafe partial class SimdBackend
{
    private int PanelWidth => MicroKernel.Vectors * _width / 32;

    /// <inheritdoc/>
    public void Convolution<TRule>(TRule rule, in ConvolutionShape shape, Tensor<float> input, Tensor<float> weights, Tensor<float> bias, Tensor<float> output, int rows)
        where TRule : struct, IActivationRule
    {
        Shapes.Convolution(shape, input, weights, bias, output, rows);
        if (rows == 0)
        {
            return;
        }

        if (IsPointwise(shape))
        {
            Affine(rule, input, weights, bias, output, rows * shape.Height * shape.Width, shape.Channels, shape.Filters);
        }
        else if (IsDepthwise(shape))
        {
            DepthwiseJob<TRule> job = new(rule, shape, Pointer(input), Pointer(weights), Pointer(bias), Pointer(output));
            Run(ref job, rows * shape.OutputHeight, Work(shape, rows), 1);
        }
        else
        {
            Correlation correlation = Forward(shape, Pointer(input), rows) with { Bias = Pointer(bias), Result = Pointer(output) };
            ForwardPanels panels = new(shape, Pointer(weights));
            Correlate(rule, Algorithm(shape), correlation, ref panels, Work(shape, rows));
        }

        GC.KeepAlive(input.Buffer);
        GC.KeepAlive(weights.Buffer);
        GC.KeepAlive(bias.Buffer);
        GC.KeepAlive(output.Buffer);
    }

    /// <inheritdoc/>
    public void ConvolutionInputGradient(in ConvolutionShape shape, Tensor<float> outputGradient, Tensor<float> weights, Tensor<float> inputGradient, int rows)
    {
        Shapes.ConvolutionInputGradient(shape, outputGradient, weights, inputGradient, rows);
        if (rows == 0)
        {
            return;
        }

        if (IsPointwise(shape))
        {
            MatMul(outputGradient, false, weights, true, inputGradient, rows * shape.Height * shape.Width, shape.Channels, shape.Filters);
        }
        else if (IsDepthwise(shape))
        {
            DepthwiseInputGradientJob job = new(shape, Pointer(outputGradient), Pointer(weights), Pointer(inputGradient));
            Run(ref job, rows * shape.Height, Work(shape, rows), 1);
        }
        else
        {
            // Input pixels whose distance is a multiple of the stride see the same taps: each such phase is a correlation of stride 1.
            for (int y = 0; y < Math.Min(shape.Stride.Height, shape.Height); y++)
            {
                for (int x = 0; x < Math.Min(shape.Stride.Width, shape.Width); x++)
                {
                    Phase vertical = new(y, shape.Height, shape.Kernel.Height, shape.Stride.Height, shape.Padding.Height, shape.Dilation.Height);
                    Phase horizontal = new(x, shape.Width, shape.Kernel.Width, shape.Stride.Width, shape.Padding.Width, shape.Dilation.Width);
                    Correlation correlation = Backward(shape, Pointer(outputGradient), rows, vertical.Axis, horizontal.Axis) with
                    {
                        Result = Pointer(inputGradient) + (((y * shape.Width) + x) * shape.Channels),
                    };
                    BackwardPanels panels = new(shape, Pointer(weights), vertical, horizontal);
                    Correlate(default(IdentityRule), Algorithm(shape), correlation, ref panels, Work(shape, rows) / (shape.Stride.Height * shape.Stride.Width));
                }
            }
        }

        GC.KeepAlive(outputGradient.Buffer);
        GC.KeepAlive(weights.Buffer);
        GC.KeepAlive(inputGradient.Buffer);
    }

    /// <summary>A convolution that is a matrix product of all pixels.</summary>
    private static bool IsPointwise(in ConvolutionShape shape) => shape.Kernel == 1 && shape.Stride == 1 && shape.Padding == 0 && shape.Groups == 1;

    private static bool IsDepthwise(in ConvolutionShape shape) => shape.GroupChannels == 1 && shape.GroupFilters == 1 && shape.Groups > 1;

    /// <summary>Multiply-adds.</summary>
    private static long Work(in ConvolutionShape shape, int rows) => (long)rows * shape.OutputHeight * shape.OutputWidth * shape.WeightSize;

    /// <summary>The forward pass without weights, bias and result's place.</summary>
    private static Correlation Forward(in ConvolutionShape shape, float* input, int rows) => new()
    {
        Source = input,
        Height = shape.Height,
        Width = shape.Width,
        Channels = shape.Channels,
        Vertical = new Axis(shape.OutputHeight, shape.Stride.Height, shape.Kernel.Height, -shape.Padding.Height, shape.Dilation.Height),
        Horizontal = new Axis(shape.OutputWidth, shape.Stride.Width, shape.Kernel.Width, -shape.Padding.Width, shape.Dilation.Width),
        ResultSample = shape.OutputSize,
        ResultRow = (nint)shape.OutputWidth * shape.Filters,
        ResultColumn = shape.Filters,
        ResultChannels = shape.GroupFilters,
        Groups = shape.Groups,
        Samples = rows,
    };

    /// <summary>A phase of the input gradient without weights and result's place.</summary>
    private static Correlation Backward(in ConvolutionShape shape, float* outputGradient, int rows, Axis vertical, Axis horizontal) => new()
    {
        Source = outputGradient,
        Height = shape.OutputHeight,
        Width = shape.OutputWidth,
        Channels = shape.Filters,
        Vertical = vertical,
        Horizontal = horizontal,
        ResultSample = shape.InputSize,
        ResultRow = (nint)shape.Stride.Height * shape.Width * shape.Channels,
        ResultColumn = (nint)shape.Stride.Width * shape.Channels,
        ResultChannels = shape.GroupChannels,
        Groups = shape.Groups,
        Samples = rows,
    };

    private static long Lined(long elements) => (elements + Line - 1) & -Line;

    private ConvolutionAlgorithm Algorithm(in ConvolutionShape shape) => _direct ? ConvolutionAlgorithm.Direct : ConvolutionAlgorithms.Of(shape);

    private void Correlate<TRule, TPanels>(TRule rule, ConvolutionAlgorithm algorithm, in Correlation correlation, ref TPanels panels, long work)
        where TRule : struct, IActivationRule
        where TPanels : struct, IPanels
    {
        switch (algorithm)
        {
            case ConvolutionAlgorithm.Winograd4x3:
                Winograd<TRule, TPanels, MicroKernel.Four>(rule, correlation, ref panels, work);
                break;
            case ConvolutionAlgorithm.Winograd2x5:
                Winograd<TRule, TPanels, MicroKernel.Two>(rule, correlation, ref panels, work);
                break;
            default:
                CorrelateDirectly(rule, correlation, ref panels, work);
                break;
        }
    }

    /// <summary>Packs the weights, then computes.</summary>
    private void CorrelateDirectly<TRule, TPanels>(TRule rule, Correlation correlation, ref TPanels panels, long work)
        where TRule : struct, IActivationRule
        where TPanels : struct, IPanels
    {
        int parts = work < SerialProduct ? 1 : _team.Size;
        int groupPanels = (correlation.ResultChannels + PanelWidth - 1) / PanelWidth;
        long packed = Lined((long)correlation.Groups * groupPanels * PanelWidth * correlation.K);
        long places = Lined(4L * correlation.Runs);
        correlation.Weights = _scratch.Reserve(packed + places + (parts * CorrelationJob<TRule>.StripLength(correlation, parts)));
        PanelsJob<TPanels> pack = new(panels, correlation, groupPanels, PanelWidth);
        Run(ref pack, correlation.Groups * groupPanels, packed, 1);
        CorrelationJob<TRule> job = new(
            rule, correlation, (nint*)(correlation.Weights + packed), correlation.Weights + packed + places, PanelWidth, parts);
        RunParts(ref job, parts);
    }

    private readonly struct PanelsJob<TPanels>(TPanels panels, Correlation correlation, int groupPanels, int panelWidth) : IRangeJob
        where TPanels : struct, IPanels
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            for (int item = start; item < end; item++)
            {
                int column = item % groupPanels * panelWidth;
                int columns = Math.Min(panelWidth, correlation.ResultChannels - column);
                int width = columns <= TLane.Count ? TLane.Count : panelWidth;
                panels.Pack<TLane>(item / groupPanels, column, columns, width, correlation.Weights + ((nint)item * panelWidth * correlation.K));
            }
        }
    }
}
