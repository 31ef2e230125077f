using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

public sealed unsafe partial class SimdBackend
{
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
    /// The weights' gradient by Winograd's method: groups of the batch's tiles have sums of their own, which are added in their order. Where there are groups for all threads, each thread does whole ones; else
    /// all threads do each, chunk by chunk. The same bits either way.
    /// </summary>
    private void WinogradWeightGradient<TOutputs>(in ConvolutionShape shape, float* input, float* outputGradient, float* weightGradient, int rows)
        where TOutputs : struct, IConstant
    {
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
        WinogradGroups groups = new(images, gradients, rows * images.Count, PanelWidth);
        bool isWhole = groups.Count >= parts;
        float* sums = _scratch.Reserve((groups.Count * groups.SumsLength) + ((isWhole ? parts : 1) * groups.PointsLength) + (parts * groups.PatchLength));
        float* working = sums + (groups.Count * groups.SumsLength);
        if (isWhole)
        {
            WinogradGroupsJob<TOutputs> job = new(groups, sums, working);
            RunParts(ref job, parts);
        }
        else
        {
            for (int group = 0; group < groups.Count; group++)
            {
                for (int index = groups.First(group); index < groups.First(group + 1); index++)
                {
                    WinogradChunk chunk = groups.Chunk(index, working, sums + (group * groups.SumsLength), isFirst: index == groups.First(group));
                    WinogradTilesJob<TOutputs> transform = new(chunk, working + groups.PointsLength, groups.PatchLength);
                    RunParts(ref transform, parts);
                    WinogradSumsJob job = new(chunk);
                    RunParts(ref job, parts);
                }
            }
        }

        WinogradResultJob<TOutputs> result = new(groups, sums, shape, weightGradient);
        Run(ref result, shape.Channels, groups.Count * groups.SumsLength, 1);
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
}
