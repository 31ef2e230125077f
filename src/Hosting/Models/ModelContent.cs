using Microsoft.ML;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>A model as its source has it.</summary>
/// <param name="Model">The model.</param>
/// <param name="InputSchema">The schema of the data that it takes; null where its file tells none.</param>
/// <param name="Version">Tells it from others of the same source.</param>
/// <param name="IsOwned">Whether nobody else has it, so that it is disposed of after its last prediction.</param>
internal sealed record ModelContent(ITransformer Model, DataViewSchema? InputSchema, string Version, bool IsOwned);

/// <summary>Where a model comes from.</summary>
internal interface IModelSource
{
    /// <summary>The file that is looked at for changes; null where nothing changes by itself.</summary>
    string? WatchedFile { get; }

    /// <summary>The source in a sentence: "the file 'digits.zip'".</summary>
    string Description { get; }

    /// <summary>What tells its present content from any other; null where each loading makes a new model. Cheaper than loading.</summary>
    /// <exception cref="ModelSourceException">There is nothing to load.</exception>
    string? Key();

    /// <summary>Loads what is there now.</summary>
    /// <exception cref="ModelSourceException">There is nothing to load, or it can't be loaded.</exception>
    ModelContent Load(MLContext context);
}
