using System.ComponentModel;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Writes and reads a <see cref="RegressionNetworkTransformer"/>. ML.NET creates it by the name in the model file.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class RegressionNetworkReader : IModelReader
{
    private const string What = "regression network";

    /// <inheritdoc/>
    public ITransformer Read(IHostEnvironment env, BinaryReader main, Func<string, Action<BinaryReader>, bool> openStream)
    {
        ArgumentNullException.ThrowIfNull(main);
        return ModelPayload.Read<ITransformer>(main, What, reader =>
        {
            var network = NetworkPayload.Read(reader, layoutInLink: true);
            var targets = RegressionTargets.Read(reader, network.Definition.OutputShape.Size);
            var scale = LabelScale.Read(reader, targets.Count);
            var history = HistoryFormat.Read(reader, Metric.ForNumbers(network.Link));
            return () =>
            {
                var model = new RegressionNetworkModelParameters(network.Definition, network.Weights, network.Link, targets, scale, history, network.Layout);
                return new RegressionNetworkTransformer(model, network.FeatureColumnName, model.FeatureType(network.Feature));
            };
        });
    }

    internal static void Write(BinaryWriter main, RegressionNetworkTransformer transformer)
    {
        var model = transformer.Model;
        ModelPayload.Write(main, writer =>
        {
            NetworkPayload.Write(writer, transformer, layoutInLink: true);
            model.Targets.Write(writer);
            model.Scale.Write(writer);
            HistoryFormat.Write(writer, model.History);
        });
    }
}
