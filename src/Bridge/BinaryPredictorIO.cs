using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.GradientTrainers.Bridge;

/// <summary>Reads what a <see cref="BinaryPredictor"/> wrote into a meta trainer's model. ML.NET finds it by the name in the file.</summary>
internal static class BinaryPredictorIO
{
    /// <summary>ML.NET takes 24 characters at most.</summary>
    internal const string LoaderSignature = "MLNet.GradientBinary";

    // Called by ML.NET, through reflection.
    private static BinaryPredictor Create(IHostEnvironment env, ModelLoadContext ctx) => ModelIO.Read(env, ctx, LoaderSignature) is IBinaryTransformer binary
        ? binary.ToPredictor()
        : throw new FormatException("The model file is corrupt: a part of a model of several binary ones is no binary model.");
}
