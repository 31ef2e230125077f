using System.Diagnostics.CodeAnalysis;
using MLNet.GradientTrainers;

namespace Microsoft.ML;

/// <summary>Saves models of any kind as whole files, and says why one can't be loaded.</summary>
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

    /// <summary>
    /// Loads a model as <see cref="ModelOperationsCatalog.Load(string, out DataViewSchema)"/> does, and says in a sentence why a file can't be loaded: it is missing, is no model file, is cut
    /// short or damaged, was written by a newer version, or needs an assembly that the program does not have. Works with any model of ML.NET.
    /// </summary>
    /// <remarks>
    /// The checksums of all parts are compared first, which takes about as long as unpacking the file once more: some of ML.NET's own readers never end on damage. A file that unpacks to more
    /// than 256 MiB and 500 times its length is refused. Load models from sources that you trust only: a checksum finds accidents, no intentions.
    /// </remarks>
    /// <param name="catalog">The catalog, <c>mlContext.Model</c>.</param>
    /// <param name="filePath">The file.</param>
    /// <param name="model">The model; null when it can't be loaded.</param>
    /// <param name="inputSchema">The schema of the data that the model takes; null when the file has none.</param>
    /// <param name="problem">Why it can't be loaded; null when it is.</param>
    /// <returns>Whether the model is loaded.</returns>
    /// <example>
    /// <code>
    /// if (!mlContext.Model.TryLoad("digits.zip", out var model, out var schema, out var problem))
    ///     Console.Error.WriteLine(problem);
    /// </code>
    /// </example>
    public static bool TryLoad(
        this ModelOperationsCatalog catalog, string filePath, [NotNullWhen(true)] out ITransformer? model, out DataViewSchema? inputSchema, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(filePath);
        var archive = new ModelArchive(filePath);
        return TryLoad(archive, archive.Problem, (out DataViewSchema? schema) => catalog.Load(filePath, out schema), out model, out inputSchema, out problem);
    }

    /// <summary>The same for the content of a file that was read before, so that nobody changes it meanwhile.</summary>
    /// <param name="catalog">The catalog, <c>mlContext.Model</c>.</param>
    /// <param name="content">The content, which can seek.</param>
    /// <param name="filePath">Where it was read, for the problem.</param>
    /// <param name="model">The model; null when it can't be loaded.</param>
    /// <param name="inputSchema">The schema of the data that the model takes; null when the file has none.</param>
    /// <param name="problem">Why it can't be loaded; null when it is.</param>
    internal static bool TryLoad(
        this ModelOperationsCatalog catalog, Stream content, string filePath, [NotNullWhen(true)] out ITransformer? model, out DataViewSchema? inputSchema, [NotNullWhen(false)] out string? problem)
    {
        var archive = new ModelArchive(filePath);
        content.Position = 0;
        return TryLoad(archive, () => archive.Problem(content), Load, out model, out inputSchema, out problem);

        ITransformer Load(out DataViewSchema? schema)
        {
            content.Position = 0;
            return catalog.Load(content, out schema);
        }
    }

    private delegate ITransformer Loader(out DataViewSchema? inputSchema);

    private static bool TryLoad(
        ModelArchive archive, Func<string?> problemOf, Loader load, [NotNullWhen(true)] out ITransformer? model, out DataViewSchema? inputSchema, [NotNullWhen(false)] out string? problem)
    {
        model = null;
        inputSchema = null;
        try
        {
            problem = problemOf();
            if (problem is null)
            {
                model = load(out inputSchema);
            }
        }
        catch (Exception exception)
        {
            // Readers of any component run here, and on a file that makes no sense each fails in its own way.
            inputSchema = null;
            problem = archive.Problem(exception);
        }

        return model is not null;
    }
}
