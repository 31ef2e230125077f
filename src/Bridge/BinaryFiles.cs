using Microsoft.ML;
using Microsoft.ML.Data.IO;
using Microsoft.ML.Runtime;

namespace MLNet.GradientTrainers.Bridge;

/// <summary>Files of ML.NET's own binary format.</summary>
public static class BinaryFiles
{
    /// <summary>
    /// Loads one as <c>LoadFromBinary</c> does, but where rows are asked for with a random number generator, whole blocks come in a random order, whose rows keep theirs: ML.NET would mix the rows of some blocks.
    /// The generator alone decides the order, by one Fisher–Yates shuffle of the blocks' numbers from the first to the last.
    /// </summary>
    /// <param name="environment">Where it is loaded.</param>
    /// <param name="file">The file, which the view keeps.</param>
    public static IDataView LoadByBlocks(IHostEnvironment environment, Stream file) => new BinaryLoader(environment, new BinaryLoader.Arguments { PoolBlocks = 0 }, file, leaveOpen: false);
}
