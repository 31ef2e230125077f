using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.GradientTrainers.Bridge;

/// <summary>
/// Makes a transformer from what its <see cref="PredictionTransformer"/> wrote into a model file. The plug-in implements it,
/// with a public constructor without parameters, for each kind of transformer.
/// </summary>
public interface IModelReader
{
    /// <summary>Reads one transformer.</summary>
    /// <param name="env">The environment of the context that loads the model.</param>
    /// <param name="main">The block that <see cref="PredictionTransformer.Write"/> wrote first. It comes from a file: its
    /// sizes and counts are to be checked before they are used.</param>
    /// <param name="openStream">Opens a named stream and hands it to the action; false when the file has none of that name.</param>
    /// <returns>The transformer, ready to score.</returns>
    /// <exception cref="FormatException">The block makes no sense. A file that ends too early is reported by the caller.</exception>
    ITransformer Read(IHostEnvironment env, BinaryReader main, Func<string, Action<BinaryReader>, bool> openStream);
}
