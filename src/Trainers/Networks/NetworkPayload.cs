using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>What the content of every network's model begins with: its feature column, what makes scores of its outputs, its layers and weights. What the task needs follows.</summary>
/// <param name="FeatureColumnName">The column that is scored.</param>
/// <param name="Feature">The type of a feature.</param>
/// <param name="Link">What makes scores of the network's outputs.</param>
/// <param name="Layout">The order of the numbers of images.</param>
/// <param name="Definition">The layers.</param>
/// <param name="Weights">Their weights.</param>
internal sealed record NetworkPayload(string FeatureColumnName, PrimitiveDataViewType Feature, OutputLink Link, ImageLayout Layout, NetworkDefinition Definition, NetworkWeights Weights)
{
    /// <summary>Added to the output link's byte: versions that know numbers alone refuse such a file, and read all others.</summary>
    private const byte ByteFeatures = 0x80;

    /// <summary>Added to it where images have their channels last, in files whose layout has no byte of its own.</summary>
    private const byte ChannelsLast = 0x40;

    /// <param name="writer">Receives the content.</param>
    /// <param name="transformer">The fitted network.</param>
    /// <param name="layoutInLink">Whether the output link's byte tells the layout of images, too; else a byte of its own does.</param>
    public static void Write<TModel>(BinaryWriter writer, ScoringTransformer<TModel> transformer, bool layoutInLink)
        where TModel : NetworkModelParameters
    {
        var model = transformer.Model;
        bool marksLayout = layoutInLink && model.InputLayout == ImageLayout.ChannelsLast;
        writer.Write(transformer.FeatureColumnName);
        writer.Write((byte)((byte)model.Link | (FeatureColumn.IsBytes(transformer.FeatureColumnType) ? ByteFeatures : 0) | (marksLayout ? ChannelsLast : 0)));
        if (!layoutInLink)
        {
            writer.Write((byte)model.InputLayout);
        }

        writer.Write(model.Definition.ToJson());
        model.OwnWeights.Write(writer);
    }

    /// <param name="reader">The content.</param>
    /// <param name="layoutInLink">Whether the output link's byte tells the layout of images, too; else a byte of its own does.</param>
    /// <param name="oneOutput">Whether the network may have one output alone.</param>
    /// <exception cref="InvalidDataException">The content is none of such a network.</exception>
    public static NetworkPayload Read(PayloadReader reader, bool layoutInLink, bool oneOutput = false)
    {
        string features = reader.ReadString();
        byte value = reader.ReadByte();
        var feature = (value & ByteFeatures) != 0 ? NumberDataViewType.Byte : NumberDataViewType.Single;
        var link = Known((OutputLink)(value & ~(layoutInLink ? ByteFeatures | ChannelsLast : ByteFeatures)), "output link");
        var layout = !layoutInLink ? Known((ImageLayout)reader.ReadByte(), "layout of images")
            : (value & ChannelsLast) != 0 ? ImageLayout.ChannelsLast : ImageLayout.ChannelsFirst;
        var definition = reader.ReadDefinition();
        if (oneOutput && definition.OutputShape.Size != 1)
        {
            throw new InvalidDataException($"its network has {definition.OutputShape.Size} outputs, not one");
        }

        if (layout == ImageLayout.ChannelsLast && definition.InputShape.Rank != 3)
        {
            throw new InvalidDataException($"its network takes {definition.InputShape}, which is no image with channels");
        }

        var weights = NetworkWeights.Read(definition, reader);
        reader.CheckRest(0);
        return new(features, feature, link, layout, definition, weights);
    }

    private static T Known<T>(T value, string what)
        where T : struct, Enum => Enum.IsDefined(value) ? value : throw new InvalidDataException($"its {what} {value:D} is not known to this version");
}
