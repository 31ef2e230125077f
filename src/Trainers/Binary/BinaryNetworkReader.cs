using System.ComponentModel;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Writes and reads a <see cref="BinaryNetworkTransformer"/>. ML.NET creates it by the name in the model file.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class BinaryNetworkReader : IModelReader
{
    private const string What = "binary network";

    /// <inheritdoc/>
    public ITransformer Read(IHostEnvironment env, BinaryReader main, Func<string, Action<BinaryReader>, bool> openStream)
    {
        ArgumentNullException.ThrowIfNull(main);
        return ModelPayload.Read<ITransformer>(main, What, reader =>
        {
            string features = reader.ReadString();
            _ = ModelPayload.ReadLink(reader, out var feature);
            var layout = ModelPayload.ReadLayout(reader);
            var definition = reader.ReadDefinition();
            if (definition.OutputShape.Size != 1)
            {
                throw new InvalidDataException($"its network has {definition.OutputShape.Size} outputs, not one");
            }

            if (layout == ImageLayout.ChannelsLast && definition.InputShape.Rank != 3)
            {
                throw new InvalidDataException($"its network takes {definition.InputShape}, which is no image with channels");
            }

            var weights = NetworkWeights.Read(definition, reader);
            reader.CheckRest(0);
            var calibration = new PlattScaling(reader.ReadDouble(), reader.ReadDouble());
            float threshold = reader.ReadSingle();
            if (!(calibration.Slope > 0) || !double.IsFinite(calibration.Slope) || !double.IsFinite(calibration.Offset) || !float.IsFinite(threshold))
            {
                throw new InvalidDataException($"it tells the calibration {calibration} and the threshold {threshold}");
            }

            var history = HistoryFormat.Read(reader, new BinaryAccuracy());
            return () =>
            {
                var model = new BinaryNetworkModelParameters(definition, weights, calibration, threshold, history, layout);
                return new BinaryNetworkTransformer(model, features, model.FeatureType(feature));
            };
        });
    }

    internal static void Write(BinaryWriter main, BinaryNetworkTransformer transformer)
    {
        var model = transformer.Model;
        ModelPayload.Write(main, writer =>
        {
            writer.Write(transformer.FeatureColumnName);
            ModelPayload.WriteLink(writer, model.Link, transformer.FeatureColumnType);
            writer.Write((byte)model.InputLayout);
            writer.Write(model.Definition.ToJson());
            model.OwnWeights.Write(writer);
            writer.Write(model.Calibration.Slope);
            writer.Write(model.Calibration.Offset);
            writer.Write(model.ThresholdLogit);
            HistoryFormat.Write(writer, model.History);
        });
    }
}
