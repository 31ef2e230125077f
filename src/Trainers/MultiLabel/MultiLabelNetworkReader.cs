using System.ComponentModel;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Writes and reads a <see cref="MultiLabelNetworkTransformer"/>. ML.NET creates it by the name in the model file.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class MultiLabelNetworkReader : IModelReader
{
    private const string What = "multi-label network";

    /// <inheritdoc/>
    public ITransformer Read(IHostEnvironment env, BinaryReader main, Func<string, Action<BinaryReader>, bool> openStream)
    {
        ArgumentNullException.ThrowIfNull(main);
        return ModelPayload.Read<ITransformer>(main, What, reader =>
        {
            string features = reader.ReadString();
            var link = ModelPayload.ReadLink(reader, out var feature, out var layout);
            var definition = reader.ReadDefinition();
            if (layout == ImageLayout.ChannelsLast && definition.InputShape.Rank != 3)
            {
                throw new InvalidDataException($"its network takes {definition.InputShape}, which is no image with channels");
            }

            var weights = NetworkWeights.Read(definition, reader);
            reader.CheckRest(0);
            var labels = RegressionTargets.Read(reader, definition.OutputShape.Size);
            var history = HistoryFormat.Read(reader, new BinaryAccuracy());
            return () =>
            {
                var model = new MultiLabelNetworkModelParameters(definition, weights, link, labels, history, layout);
                return new MultiLabelNetworkTransformer(model, features, model.FeatureType(feature));
            };
        });
    }

    internal static void Write(BinaryWriter main, MultiLabelNetworkTransformer transformer)
    {
        var model = transformer.Model;
        ModelPayload.Write(main, writer =>
        {
            writer.Write(transformer.FeatureColumnName);
            ModelPayload.WriteLink(writer, model.Link, transformer.FeatureColumnType, model.InputLayout);
            writer.Write(model.Definition.ToJson());
            model.OwnWeights.Write(writer);
            model.Labels.Write(writer);
            HistoryFormat.Write(writer, model.History);
        });
    }
}
