using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.GradientTrainers.Bridge;

/// <summary>The environment behind a catalog of an <c>MLContext</c>, such as <c>mlContext.Regression.Trainers</c>.</summary>
public static class Catalogs
{
    /// <summary>The environment. It is an inner one, not the context itself, with the context's seed and listeners.</summary>
    /// <param name="catalog">A catalog of ML.NET.</param>
    /// <exception cref="ArgumentException">The object is not a catalog.</exception>
    public static IHostEnvironment Environment(object catalog)
        => catalog is IInternalCatalog known
            ? known.Environment
            : throw new ArgumentException($"{catalog?.GetType().ToString() ?? "null"} is not a catalog of an MLContext; pass mlContext.Regression.Trainers, for instance.", nameof(catalog));
}
