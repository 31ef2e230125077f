using System.Globalization;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// Shows which parts of an image a network's prediction depends on: by the gradient of a class's output with respect to the pixels (saliency), and by covering parts of
/// the image (occlusion). One thread at a time; dispose of it after use.
/// </summary>
/// <remarks>
/// Images are given as the network gets them: channels × height × width values in the model's <see cref="NetworkModelParameters.InputLayout"/>, normalised as for the training.
/// With a pipeline, that is the feature column after its transforms.
/// </remarks>
/// <example>
/// <code>
/// using var explainer = new ImageExplainer(model.Model);
/// explainer.Saliency(pixels).SavePng("saliency.png");
/// </code>
/// </example>
public sealed class ImageExplainer : IDisposable
{
    private readonly MulticlassNetworkModelParameters _model;
    private readonly IRowScorer _scorer;
    private readonly IBackend<float> _backend;
    private readonly Network<float> _network;
    private readonly TensorShape _shape;
    private readonly float[] _outputs;

    /// <summary>Prepares explanations of a model; takes a copy of its weights.</summary>
    /// <param name="model">A network of images, such as a <see cref="CnnTrainer"/> gives.</param>
    /// <exception cref="ArgumentException">The network's input is not an image.</exception>
    public ImageExplainer(MulticlassNetworkModelParameters model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _scorer = model;
        _shape = model.Definition.InputShape;
        if (_shape.Rank != 3)
        {
            throw new ArgumentException($"The network's input {_shape} is not an image [channels, height, width], so that there is no map to draw. Use a model of {nameof(CnnTrainer)}.", nameof(model));
        }

        _outputs = new float[_scorer.OutputSize];
        _backend = Backend.Create();
        try
        {
            _network = new Network<float>(model.Definition, _backend, 1, training: true, inputGradient: true, model.InputLayout);
            _network.Load(model.OwnWeights);
        }
        catch
        {
            _network?.Dispose();
            _backend.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The gradient of a class's output zᶜ with respect to each value of the image, ∂zᶜ/∂x: by how much the output grows for each unit of that value. The output is what the last layer
    /// gives, for softmax the logit, so that a sure prediction has a gradient too.
    /// </summary>
    /// <param name="image">Channels × height × width values.</param>
    /// <param name="classIndex">The class, from 0 in the order of the scores; null for the predicted one.</param>
    /// <returns>Channels × height × width derivatives, in the order of the image.</returns>
    /// <exception cref="ArgumentException">The image has another number of values, or there is no such class.</exception>
    public float[] Gradient(ReadOnlySpan<float> image, int? classIndex = null)
    {
        int chosen = Check(image, classIndex);
        _backend.Write(image, _network.Input);
        _network.Forward(_network.Input, 1);
        Array.Clear(_outputs);
        _outputs[chosen] = 1;
        _backend.Write(_outputs, _network.OutputGradient);
        _network.Backward(_network.OutputGradient, 1);
        float[] gradient = new float[_shape.Size];
        _backend.Read(_network.InputGradient, gradient);
        return gradient;
    }

    /// <summary>
    /// A saliency map: at each pixel the largest magnitude of <see cref="Gradient"/> over the channels, in units of the output for a unit of the pixel. 0 or above.
    /// </summary>
    /// <remarks>K. Simonyan, A. Vedaldi, A. Zisserman, "Deep inside convolutional networks", 2013.</remarks>
    /// <inheritdoc cref="Gradient" path="/param"/>
    /// <inheritdoc cref="Gradient" path="/exception"/>
    public ImageMap Saliency(ReadOnlySpan<float> image, int? classIndex = null)
    {
        int chosen = Check(image, classIndex);
        float[] gradient = Gradient(image, chosen);
        float[] map = new float[_shape[1] * _shape[2]];
        for (int i = 0; i < gradient.Length; i++)
        {
            ref float value = ref map[_model.InputLayout == ImageLayout.ChannelsLast ? i / _shape[0] : i % map.Length];
            value = Math.Max(value, MathF.Abs(gradient[i]));
        }

        return new ImageMap(_shape[1], _shape[2], chosen, map);
    }

    /// <summary>
    /// An occlusion map: a square of one value covers the image place by place, in all channels. At each pixel stands by how much the class's score falls, on the mean over all
    /// squares that cover it, in units of the score (for softmax a probability). Above 0 where the image speaks for the class, below 0 where it speaks against it.
    /// </summary>
    /// <param name="image">Channels × height × width values.</param>
    /// <param name="classIndex">The class, from 0 in the order of the scores; null for the predicted one.</param>
    /// <param name="size">Side of the square in pixels, at least 1; what lies outside the image is left out.</param>
    /// <param name="stride">Pixels from one place to the next, at least 1 and at most <paramref name="size"/>, so that every pixel is covered.</param>
    /// <param name="fill">The covering value, usually that of an empty background.</param>
    /// <remarks>M. Zeiler, R. Fergus, "Visualizing and understanding convolutional networks", 2014. The image is scored once a place.</remarks>
    /// <exception cref="ArgumentException">The image has another number of values, there is no such class, or a setting is out of its range.</exception>
    public ImageMap Occlusion(ReadOnlySpan<float> image, int? classIndex = null, int size = 5, int stride = 1, float fill = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(stride, size);
        int chosen = Check(image, classIndex);
        int height = _shape[1];
        int width = _shape[2];
        float whole = Scores(image)[chosen];
        float[] covered = new float[_shape.Size];
        double[] falls = new double[height * width];
        int[] counts = new int[height * width];

        // Squares that reach over the edge, so that pixels at the edge are covered as often as others.
        for (int top = 1 - size; top < height; top += stride)
        {
            for (int left = 1 - size; left < width; left += stride)
            {
                image.CopyTo(covered);
                for (int channel = 0; channel < _shape[0]; channel++)
                {
                    Cover(top, left, place => covered[Value(channel, place)] = fill);
                }

                double fall = whole - Scores(covered)[chosen];
                Cover(top, left, place =>
                {
                    falls[place] += fall;
                    counts[place]++;
                });
            }
        }

        return new ImageMap(height, width, chosen, [.. falls.Select((fall, i) => (float)(fall / counts[i]))]);

        int Value(int channel, int place) =>
            _model.InputLayout == ImageLayout.ChannelsLast ? (place * _shape[0]) + channel : (channel * height * width) + place;

        void Cover(int top, int left, Action<int> visit)
        {
            for (int row = Math.Max(top, 0); row < Math.Min(top + size, height); row++)
            {
                for (int column = Math.Max(left, 0); column < Math.Min(left + size, width); column++)
                {
                    visit((row * width) + column);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _network.Dispose();
        _backend.Dispose();
    }

    private int Check(ReadOnlySpan<float> image, int? classIndex)
    {
        if (image.Length != _shape.Size)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture, $"The network takes images {_shape}, {_shape.Size} values, but the image has {image.Length}. Give it as the feature column has it."), nameof(image));
        }

        if (!FeatureRowsBuilder.IsFinite(image))
        {
            throw new ArgumentException("The image has a NaN or infinite value, so that there is no map to draw.", nameof(image));
        }

        if (classIndex is { } index)
        {
            return (uint)index < (uint)_model.NumberOfClasses
                ? index
                : throw new ArgumentOutOfRangeException(nameof(classIndex), index, $"There is no class {index}: they are numbered from 0 to {_model.NumberOfClasses - 1}, in the order of the scores.");
        }

        float[] scores = Scores(image);
        return Array.IndexOf(scores, scores.Max());
    }

    private float[] Scores(ReadOnlySpan<float> image)
    {
        _scorer.Score(image, 1, _outputs);
        return _outputs;
    }
}
