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
            var network = NetworkPayload.Read(reader, layoutInLink: false, oneOutput: true);
            var calibration = new PlattScaling(reader.ReadDouble(), reader.ReadDouble());
            float threshold = reader.ReadSingle();
            if (!(calibration.Slope > 0) || !double.IsFinite(calibration.Slope) || !double.IsFinite(calibration.Offset) || !float.IsFinite(threshold))
            {
                throw new InvalidDataException($"it tells the calibration {calibration} and the threshold {threshold}");
            }

            var history = HistoryFormat.Read(reader, new BinaryAccuracy());
            return () =>
            {
                var model = new BinaryNetworkModelParameters(network.Definition, network.Weights, calibration, threshold, history, network.Layout);
                return new BinaryNetworkTransformer(model, network.FeatureColumnName, model.FeatureType(network.Feature));
            };
        });
    }

    internal static void Write(BinaryWriter main, BinaryNetworkTransformer transformer)
    {
        var model = transformer.Model;
        ModelPayload.Write(main, writer =>
        {
            NetworkPayload.Write(writer, transformer, layoutInLink: false);
            writer.Write(model.Calibration.Slope);
            writer.Write(model.Calibration.Offset);
            writer.Write(model.ThresholdLogit);
            HistoryFormat.Write(writer, model.History);
        });
    }
}
