using System.Globalization;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Makes the network of a trainer of convolutional networks: the images' shape, the user's layers, the output layer.</summary>
internal static class CnnArchitecture
{
    /// <summary>Channels of an image with red, green, blue and transparency.</summary>
    private const int MostColors = 4;

    /// <exception cref="ArgumentException">The shape is not known or does not fit, or a layer can't take its input; the message says which, and the mend.</exception>
    public static NetworkDefinition Define(CnnOptions options, TensorShape features, int outputs)
    {
        var shape = Shape(options, features);
        var layers = new List<Layer>(options.Layers);
        TensorShape last;
        try
        {
            last = layers.Count == 0 ? shape : new NetworkDefinition(shape, layers).OutputShape;
            if (EndsInOutput(layers, outputs, options.Loss.Link))
            {
                return new NetworkDefinition(shape, layers);
            }
        }
        catch (ArgumentException exception)
        {
            throw Refused(CnnPresets.Problem(options.Layers, shape) ?? exception.PlainMessage(), exception);
        }

        if (last.Rank > 1)
        {
            layers.Add(new Flatten());
        }

        layers.Add(new Dense(outputs));
        try
        {
            return new NetworkDefinition(shape, layers);
        }
        catch (ArgumentException exception)
        {
            throw Refused(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"with the output layer, which the trainer appends, from {last.Size:N0} values to {outputs:N0} {Outputs(options.Loss.Link, outputs)}, it would have more than {NetworkDefinition.MaxParameters:N0} weights. Let the layers before it give fewer values, for example with MaxPool(2), or with GlobalAveragePool() at the end."),
                exception);
        }

        ArgumentException Refused(string problem, ArgumentException inner) => new(
            $"{options.TrainerName()} can't make a network of {nameof(options.Layers)} for '{options.FeatureColumnName}', images {shape}: {problem}", nameof(options.Layers), inner);
    }

    /// <summary>The order of an image's values: the one given, else what the column's dimensions tell.</summary>
    public static ImageLayout Layout(CnnOptions options, TensorShape features)
    {
        if (options.ImageLayout is { } given)
        {
            return given;
        }

        if (features.Rank != 3)
        {
            return ImageLayout.ChannelsFirst;
        }

        (int first, int second, int last) = (features[0], features[1], features[2]);
        bool channelsLast = options.InputShape is { } shape
            ? (first, second, last) == (shape.Height, shape.Width, shape.Channels) && (first, second, last) != (shape.Channels, shape.Height, shape.Width)
            : last <= MostColors && first > MostColors && second > MostColors;
        return channelsLast ? ImageLayout.ChannelsLast : ImageLayout.ChannelsFirst;
    }

    /// <summary>Whether the list brings the output layer along. A last layer that can only be a wrong one is refused.</summary>
    private static bool EndsInOutput(List<Layer> layers, int outputs, OutputLink link)
    {
        switch (layers.LastOrDefault())
        {
            case SoftmaxLayer:
                throw new ArgumentException(
                    link == OutputLink.Softmax
                        ? "the list ends in softmax. Leave it out: cross-entropy takes what is before it, and the scores are probabilities all the same."
                        : "the list ends in softmax, which is for classes of which one is true. Leave it out.");
            case Dense { Activation: Identity } dense when dense.Units == outputs:
                return true;
            case Dense { Activation: Identity } dense:
                throw new ArgumentException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"layer {layers.Count} of {layers.Count}, the last one, is dense with {dense.Units} units and no activation, but there {(outputs == 1 ? "is" : "are")} {outputs} {Outputs(link, outputs)}. Leave the output layer out, for the trainer appends it; or put an activation such as ReLU() behind a hidden layer."));
            default:
                return false;
        }
    }

    /// <summary>What the outputs stand for.</summary>
    private static string Outputs(OutputLink link, int outputs) => link == OutputLink.Softmax ? "classes" : outputs == 1 ? "output" : "outputs";

    private static TensorShape Shape(CnnOptions options, TensorShape features)
    {
        if (options.InputShape is { } given)
        {
            return given.Size == features.Size
                ? new TensorShape(given.Channels, given.Height, given.Width)
                : throw Wrong(options, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{nameof(options.InputShape)} is {given} = {given.Size} values, but the feature column '{options.FeatureColumnName}' has {features.Size} values a row. Give the shape of your images."));
        }

        return features.Rank switch
        {
            3 => Layout(options, features) == ImageLayout.ChannelsLast ? new TensorShape(features[2], features[0], features[1]) : features,
            2 => new TensorShape(1, features[0], features[1]),
            _ => throw Wrong(options, $"the feature column '{options.FeatureColumnName}' is a vector {features} that does not tell channels, height and width. Set {nameof(options.InputShape)}, for example to new {nameof(ImageShape)}({Example(features.Size)}), or put [VectorType(channels, height, width)] on the property (or height, width, channels, as the values lie)."),
        };
    }

    /// <summary>A shape that has as many values: a square of one channel or three, else one channel as square as can be.</summary>
    private static string Example(int size)
    {
        foreach (int channels in (int[])[1, 3])
        {
            int side = (int)Math.Round(Math.Sqrt(size / (double)channels));
            if (channels * side * side == size)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{channels}, {side}, {side}");
            }
        }

        int height = (int)Math.Sqrt(size);
        while (size % height != 0)
        {
            height--;
        }

        return string.Create(CultureInfo.InvariantCulture, $"1, {height}, {size / height}");
    }

    private static ArgumentOutOfRangeException Wrong(CnnOptions options, string problem) => new(nameof(options.InputShape), $"{options.TrainerName()}: {problem}");
}
