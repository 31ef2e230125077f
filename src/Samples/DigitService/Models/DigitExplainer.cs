using System.Collections.Concurrent;
using Microsoft.ML;
using MLNet.GradientTrainers.DigitService.Images;
using MLNet.GradientTrainers.DigitService.Training;
using MLNet.GradientTrainers.Hosting;

namespace MLNet.GradientTrainers.DigitService.Models;

/// <summary>Tells what the network of a version looked at. An explainer is one thread's at a time; a few are kept for the version that serves.</summary>
internal sealed class DigitExplainer([FromKeyedServices(DigitTrainingJob.Name)] ModelStore store) : IDisposable
{
    private const int Side = DigitNormalizer.Size;
    private const int SoftPasses = 3;

    private readonly Lock _lock = new();
    private Explainers? _explainers;

    /// <summary>A map for each image: 784 numbers, 255 where the answer depends most on the pixel. Null where the version is no longer kept, or its file is damaged.</summary>
    /// <param name="images">784 ink values from 0 to 1 each.</param>
    /// <param name="version">The version that answered, as the served model tells it.</param>
    public int[]?[] Explain(IReadOnlyList<float[]> images, string version)
    {
        Explainers? explainers = Of(version);
        if (explainers is null)
        {
            return new int[]?[images.Count];
        }

        ImageExplainer explainer = explainers.Take();
        try
        {
            return [.. images.Select(image => Map(explainer.Saliency(image).Values.Span))];
        }
        finally
        {
            explainers.Return(explainer);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _explainers?.Dispose();

    private Explainers? Of(string version)
    {
        lock (_lock)
        {
            // A version that was damaged since, or removed just now, has no map; its answer stands.
            if (_explainers?.Version != version && store.List().FirstOrDefault(kept => kept.Sha256.StartsWith(version, StringComparison.Ordinal)) is { } found
                && new MLContext().Model.TryLoad(found.Path, out var model, out _, out _))
            {
                _explainers?.Dispose();
                _explainers = new Explainers(version, Network(model));
            }

            return _explainers?.Version == version ? _explainers : null;
        }
    }

    private static MulticlassNetworkModelParameters Network(ITransformer model) =>
        ((model as IEnumerable<ITransformer>)?.OfType<MulticlassNetworkTransformer>().Single() ?? (MulticlassNetworkTransformer)model).Model;

    /// <summary>Softened, as the gradient of a single pixel tells little, and scaled so that the map runs from 0 to 255.</summary>
    private static int[] Map(ReadOnlySpan<float> saliency)
    {
        float[] soft = saliency.ToArray();
        for (int pass = 0; pass < SoftPasses; pass++)
        {
            soft = Soften(Soften(soft, 1, Side), Side, 1);
        }

        float least = soft.Min();
        float range = Math.Max(soft.Max() - least, float.Epsilon);
        return Array.ConvertAll(soft, value => (int)MathF.Round((value - least) / range * byte.MaxValue));
    }

    /// <summary>Weights 1, 2, 1 along lines of pixels; a pixel of the border stands for its missing neighbour.</summary>
    private static float[] Soften(float[] map, int next, int nextLine)
    {
        float[] soft = new float[map.Length];
        for (int line = 0; line < Side; line++)
        {
            int first = line * nextLine;
            for (int i = 0; i < Side; i++)
            {
                soft[first + (i * next)] = (map[first + (Math.Max(i - 1, 0) * next)] + (2 * map[first + (i * next)]) + map[first + (Math.Min(i + 1, Side - 1) * next)]) / 4;
            }
        }

        return soft;
    }

    /// <summary>The idle explainers of a version.</summary>
    private sealed class Explainers(string version, MulticlassNetworkModelParameters network) : IDisposable
    {
        private readonly ConcurrentBag<ImageExplainer> _idle = [];
        private volatile bool _isOver;

        public string Version => version;

        public ImageExplainer Take() => _idle.TryTake(out ImageExplainer? idle) ? idle : new ImageExplainer(network);

        public void Return(ImageExplainer explainer)
        {
            _idle.Add(explainer);
            if (_isOver)
            {
                Dispose();
            }
        }

        public void Dispose()
        {
            _isOver = true;
            while (_idle.TryTake(out ImageExplainer? idle))
            {
                idle.Dispose();
            }
        }
    }
}
