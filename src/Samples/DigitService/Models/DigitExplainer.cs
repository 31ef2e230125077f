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

    private readonly Lock _lock = new();
    private Explainers? _explainers;

    /// <summary>A map for each image: 784 numbers, 255 where the answer depends most on the pixel. Null where the version is no longer kept.</summary>
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
            if (_explainers?.Version != version && store.List().FirstOrDefault(kept => kept.Sha256.StartsWith(version, StringComparison.Ordinal)) is { } found)
            {
                _explainers?.Dispose();
                _explainers = new Explainers(version, Network(new MLContext().Model.Load(found.Path, out _)));
            }

            return _explainers?.Version == version ? _explainers : null;
        }
    }

    private static MulticlassNetworkModelParameters Network(ITransformer model) =>
        ((model as IEnumerable<ITransformer>)?.OfType<MulticlassNetworkTransformer>().Single() ?? (MulticlassNetworkTransformer)model).Model;

    /// <summary>Softened by its neighbours, as single pixels tell little, and scaled to 255.</summary>
    private static int[] Map(ReadOnlySpan<float> saliency)
    {
        float[] soft = new float[saliency.Length];
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                for (int dy = -1; dy <= 1; dy++)
                {
                    for (int dx = -1; dx <= 1; dx++)
                    {
                        if (y + dy is >= 0 and < Side && x + dx is >= 0 and < Side)
                        {
                            soft[(y * Side) + x] += saliency[((y + dy) * Side) + x + dx] / (1 << (Math.Abs(dx) + Math.Abs(dy)));
                        }
                    }
                }
            }
        }

        float most = Math.Max(soft.Max(), float.Epsilon);
        return Array.ConvertAll(soft, value => (int)MathF.Round(value / most * byte.MaxValue));
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
