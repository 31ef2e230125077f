using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;
using static MLNet.GradientTrainers.Cnn;

namespace MLNet.GradientTrainers.Tests.Cnn;

[TestClass]
public sealed class CnnModelFileTests() : ModelFileContract(typeof(MulticlassNetworkReader), Save)
{
    private static byte[] Save()
    {
        var context = new MLContext(seed: 1);
        var data = Strokes.LoadInterleaved(context, 12);
        var trainer = new CnnTrainer(context, new CnnTrainer.Options
        {
            Layers = [Conv2D(2, 3, stride: 2), Residual([Conv2D(2, 3, padding: 1), BatchNorm()], activation: new ReLU()), GlobalAveragePool()],
            ImageLayout = ImageLayout.ChannelsLast,
            NumberOfEpochs = 1,
        });
        using var file = new MemoryStream();
        context.Model.Save(trainer.Fit(data), data.Schema, file);
        return file.ToArray();
    }
}
