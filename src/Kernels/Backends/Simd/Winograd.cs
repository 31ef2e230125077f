using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

public sealed unsafe partial class SimdBackend
{
    /// <summary>Tiles of a chunk of the weights' gradient, whose products are added up by themselves: no thread and no vector width may change it.</summary>
    private const int WinogradTilesOfSum = 64;

    /// <summary>A correlation of stride 1 by Winograd's method: the weights' transform, then all tiles.</summary>
    private void Winograd<TRule, TPanels, TOutputs>(TRule rule, Correlation correlation, ref TPanels panels, long work)
        where TRule : struct, IActivationRule
        where TPanels : struct, IPanels
        where TOutputs : struct, IConstant
    {
        int parts = work < SerialProduct ? 1 : _team.Size;
        int count = (correlation.ResultChannels + PanelWidth - 1) / PanelWidth;
        WinogradTiles tiles = new()
        {
            Source = correlation.Source,
            Height = correlation.Height,
            Width = correlation.Width,
            Channels = correlation.Channels,
            FirstRow = correlation.Vertical.First,
            FirstColumn = correlation.Horizontal.First,
            Step = TOutputs.Value,
            Rows = Cuts(correlation.Vertical.Results, TOutputs.Value),
            Columns = Cuts(correlation.Horizontal.Results, TOutputs.Value),
        };
        long packed = (long)count * PanelWidth * correlation.K;
        long point = ((long)count * PanelWidth * correlation.Channels) + Line;
        long working = WinogradJob<TRule, TOutputs>.WorkingLength(correlation, tiles, PanelWidth, parts);
        correlation.Weights = _scratch.Reserve(packed + (WinogradPoints.Square * point) + (parts * working));
        PanelsJob<TPanels> pack = new(panels, correlation, count, PanelWidth);
        Run(ref pack, count, packed, 1);
        float* weights = correlation.Weights + packed;
        WinogradWeightsJob<TOutputs> transform = new(correlation, PanelWidth, weights, (nint)point);
        Run(ref transform, count * correlation.Channels, 4 * packed, 1);
        correlation.Weights = weights;
        WinogradJob<TRule, TOutputs> job = new(
            rule, correlation, tiles, (nint)point, weights + (WinogradPoints.Square * point), PanelWidth, parts);
        RunParts(ref job, parts);
    }

    /// <summary>
    /// The weights' gradient by Winograd's method: chunk by chunk of the batch's tiles, all threads transform them, then all threads add the products at the points to the sums. Every sum goes on where the
    /// chunk before left it.
    /// </summary>
    private void WinogradWeightGradient<TOutputs>(in ConvolutionShape shape, float* input, float* outputGradient, float* weightGradient, int rows)
        where TOutputs : struct, IConstant
    {
        const int points = WinogradPoints.Square;
        int parts = Work(shape, rows) < SerialProduct ? 1 : _team.Size;
        WinogradTiles images = new()
        {
            Source = input,
            Height = shape.Height,
            Width = shape.Width,
            Channels = shape.Channels,
            FirstRow = -shape.Padding.Height,
            FirstColumn = -shape.Padding.Width,
            Step = TOutputs.Value,
            Rows = Cuts(shape.OutputHeight, TOutputs.Value),
            Columns = Cuts(shape.OutputWidth, TOutputs.Value),
        };
        WinogradTiles gradients = images with { Source = outputGradient, Height = shape.OutputHeight, Width = shape.OutputWidth, Channels = shape.Filters, FirstRow = 0, FirstColumn = 0 };
        int all = rows * images.Count;
        nint imageRow = (nint)Lined(shape.Channels);
        nint gradientRow = Cuts(shape.Filters, PanelWidth) * PanelWidth;
        int most = Math.Min(WinogradTilesOfSum, all);
        nint imagePoint = (most * imageRow) + Line;
        nint gradientPoint = (most * gradientRow) + Line;
        nint sumsPoint = (shape.Channels * gradientRow) + Line;
        long patch = WinogradTiles.PatchLength(WinogradPoints.Count, Math.Max(shape.Channels, shape.Filters));
        float* scratch = _scratch.Reserve((points * (long)(imagePoint + gradientPoint + sumsPoint)) + (PartsOfAThread * _team.Size * patch));
        WinogradChunk chunk = new()
        {
            Images = images,
            Gradients = gradients,
            ImagePoints = scratch,
            GradientPoints = scratch + (points * imagePoint),
            Sums = scratch + (points * (imagePoint + gradientPoint)),
            ImageRow = imageRow,
            ImagePoint = imagePoint,
            GradientRow = gradientRow,
            GradientPoint = gradientPoint,
            SumsPoint = sumsPoint,
        };
        float* patches = chunk.Sums + (points * sumsPoint);
        for (int first = 0; first < all; first += most)
        {
            chunk.First = first;
            chunk.Tiles = Math.Min(most, all - first);
            WinogradTilesJob<TOutputs> transform = new(chunk, patches, (nint)patch);
            RunParts(ref transform, parts);
            WinogradSumsJob job = new(chunk, PanelWidth);
            RunParts(ref job, parts);
        }

        WinogradResultJob<TOutputs> result = new(chunk, shape, weightGradient);
        Run(ref result, shape.Channels, points * sumsPoint, 1);
    }

    private static int Cuts(int length, int size) => ((length - 1) / size) + 1;

    /// <summary>The panels of weights at all points.</summary>
    private readonly struct WinogradWeightsJob<TOutputs>(Correlation correlation, int panelWidth, float* target, nint point) : IRangeJob
        where TOutputs : struct, IConstant
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            int channels = correlation.Channels;
            for (int item = start; item < end; item++)
            {
                int panel = item / channels;
                int width = correlation.ResultChannels - (panel * panelWidth) <= TLane.Count ? TLane.Count : panelWidth;
                nint place = (nint)(item % channels) * width;
                float* source = correlation.Weights + ((nint)panel * panelWidth * correlation.K) + place;
                float* to = target + ((nint)panel * panelWidth * channels) + place;
                for (int j = 0; j < width; j += TLane.Count)
                {
                    WinogradTransforms.Weights<TLane, TOutputs>(source + j, (nint)channels * width, to + j, point);
                }
            }
        }
    }

    /// <summary>A chunk's tiles at all points.</summary>
    private readonly struct WinogradTilesJob<TOutputs>(WinogradChunk chunk, float* patches, nint patchLength) : IVectorJob
        where TOutputs : struct, IConstant
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int part, int parts)
            where TLane : struct, ISimdLane<TLane>
        {
            int start = (int)((long)chunk.Tiles * part / parts);
            int count = (int)((long)chunk.Tiles * (part + 1) / parts) - start;
            float* patch = patches + (part * patchLength);
            WinogradTransforms.Input<TLane>(
                chunk.Images, chunk.First + start, count, patch, chunk.ImagePoints + (start * chunk.ImageRow), chunk.ImageRow, chunk.ImagePoint);
            WinogradTransforms.Gradient<TLane, TOutputs>(
                chunk.Gradients, chunk.First + start, count, patch, chunk.GradientPoints + (start * chunk.GradientRow), chunk.GradientRow, chunk.GradientPoint);
        }
    }

    /// <summary>The weights' gradient from its sums at all points.</summary>
    private readonly struct WinogradResultJob<TOutputs>(WinogradChunk chunk, ConvolutionShape shape, float* target) : IRangeJob
        where TOutputs : struct, IConstant
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            int taps = shape.Kernel.Height * shape.Kernel.Width;
            int filters = shape.Filters;
            float* weights = stackalloc float[taps * Lanes.Virtual];
            for (int c = start; c < end; c++)
            {
                for (int j = 0; j < filters; j += TLane.Count)
                {
                    WinogradTransforms.WeightGradient<TLane, TOutputs>(chunk.Sums + (c * chunk.GradientRow) + j, chunk.SumsPoint, weights);
                    for (int tap = 0; tap < taps; tap++)
                    {
                        Lanes.Store(TLane.Load(weights + (tap * TLane.Count)), target + ((((nint)tap * shape.Channels) + c) * filters) + j, filters - j);
                    }
                }
            }
        }
    }
}
