using MLNet.GradientTrainers;

namespace Microsoft.ML;

/// <summary>Saves models of any kind as whole files.</summary>
public static class ModelOperationsCatalogExtensions
{
    /// <summary>
    /// Saves a model as <see cref="ModelOperationsCatalog.Save(ITransformer, DataViewSchema, string)"/> does, but aside, flushed to disk and renamed over the path when it is
    /// whole: a full disk, a killed process or a failure leaves the old file as it was, and a reader finds the old model or the new one, never a part. Works with any model of ML.NET.
    /// </summary>
    /// <remarks>A PredictionEnginePool that watches the file reloads it. What else is kept and left: <see cref="AtomicFile"/>.</remarks>
    /// <param name="catalog">The catalog, <c>mlContext.Model</c>.</param>
    /// <param name="model">The model.</param>
    /// <param name="inputSchema">The schema of the data that the model takes; may be <see langword="null"/>.</param>
    /// <param name="filePath">The file. Its folder must exist.</param>
    /// <inheritdoc cref="AtomicFile.Write" path="/exception"/>
    /// <example>
    /// <code>
    /// mlContext.Model.SaveAtomically(model, train.Schema, "digits.zip");
    /// </code>
    /// </example>
    public static void SaveAtomically(this ModelOperationsCatalog catalog, ITransformer model, DataViewSchema? inputSchema, string filePath)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        AtomicFile.Write(filePath, stream => catalog.Save(model, inputSchema, stream));
    }

    /// <summary>Saves a model with the loader of its data; for the rest see <see cref="SaveAtomically(ModelOperationsCatalog, ITransformer, DataViewSchema, string)"/>.</summary>
    /// <typeparam name="TSource">What the loader loads from.</typeparam>
    /// <param name="catalog">The catalog, <c>mlContext.Model</c>.</param>
    /// <param name="model">The model.</param>
    /// <param name="loader">The loader of the model's data.</param>
    /// <param name="filePath">The file. Its folder must exist.</param>
    /// <inheritdoc cref="AtomicFile.Write" path="/exception"/>
    public static void SaveAtomically<TSource>(this ModelOperationsCatalog catalog, ITransformer model, IDataLoader<TSource> loader, string filePath)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loader);
        AtomicFile.Write(filePath, stream => catalog.Save(model, loader, stream));
    }
}
