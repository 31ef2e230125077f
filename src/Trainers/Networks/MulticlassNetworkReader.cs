using System.ComponentModel;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Writes and reads a <see cref="MulticlassNetworkTransformer"/>. ML.NET creates it by the name in the model file.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class MulticlassNetworkReader : IModelReader
{
    private const string What = "multiclass network";

    /// <inheritdoc/>
    public ITransformer Read(IHostEnvironment env, BinaryReader main, Func<string, Action<BinaryReader>, bool> openStream)
    {
        ArgumentNullException.ThrowIfNull(main);
        return ModelPayload.Read<ITransformer>(main, What, reader =>
        {
            var network = NetworkPayload.Read(reader, layoutInLink: false);
            var classes = ClassLabels.Read(reader, network.Definition.OutputShape.Size);
            var history = HistoryFormat.Read(reader, new Accuracy());
            return () =>
            {
                var model = new MulticlassNetworkModelParameters(network.Definition, network.Weights, network.Link, classes, history, network.Layout);
                return new MulticlassNetworkTransformer(model, network.FeatureColumnName, model.FeatureType(network.Feature));
            };
        });
    }

    internal static void Write(BinaryWriter main, MulticlassNetworkTransformer transformer)
    {
        var model = transformer.Model;
        ModelPayload.Write(main, writer =>
        {
            NetworkPayload.Write(writer, transformer, layoutInLink: false);
            model.Classes.Write(writer);
            HistoryFormat.Write(writer, model.History);
        });
    }
}
