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
            var network = NetworkPayload.Read(reader, layoutInLink: true);
            var labels = RegressionTargets.Read(reader, network.Definition.OutputShape.Size);
            var history = HistoryFormat.Read(reader, new BinaryAccuracy());
            return () =>
            {
                var model = new MultiLabelNetworkModelParameters(network.Definition, network.Weights, network.Link, labels, history, network.Layout);
                return new MultiLabelNetworkTransformer(model, network.FeatureColumnName, model.FeatureType(network.Feature));
            };
        });
    }

    internal static void Write(BinaryWriter main, MultiLabelNetworkTransformer transformer)
    {
        var model = transformer.Model;
        ModelPayload.Write(main, writer =>
        {
            NetworkPayload.Write(writer, transformer, layoutInLink: true);
            model.Labels.Write(writer);
            HistoryFormat.Write(writer, model.History);
        });
    }
}
