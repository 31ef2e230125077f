using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Bridge;

/// <summary>
/// A transformer that scores one feature column and that <c>mlContext.Model.Save</c> and <c>Load</c> can handle, with
/// nothing for the user to register.
/// </summary>
/// <remarks>
/// It has ML.NET's internal, non-generic <c>ISingleFeaturePredictionTransformer</c>, by which permutation feature importance
/// finds a predictor inside a chain of transformers.
/// </remarks>
public abstract class PredictionTransformer : ISingleFeaturePredictionTransformer
{
    /// <summary>The name of the feature column: a known-size vector of Single or Byte.</summary>
    public abstract string FeatureColumnName { get; }

    /// <summary>Whether the transformer maps rows one to one; true for a scorer.</summary>
    public virtual bool IsRowToRowMapper => true;

    /// <summary>The implementation of <see cref="IModelReader"/> that reads what <see cref="Write"/> writes.</summary>
    protected abstract Type Reader { get; }

    /// <summary>The schema after this transformer.</summary>
    /// <param name="inputSchema">The schema before it.</param>
    public abstract DataViewSchema GetOutputSchema(DataViewSchema inputSchema);

    /// <summary>The data with the scores; lazy, nothing is computed before a cursor asks.</summary>
    /// <param name="input">The data to score.</param>
    public abstract IDataView Transform(IDataView input);

    /// <summary>The mapper that scores row by row, for prediction engines.</summary>
    /// <param name="inputSchema">The schema of the rows.</param>
    public abstract IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema);

    /// <summary>Writes what <see cref="Reader"/> needs to make this transformer again.</summary>
    /// <param name="main">The transformer's own block of the model file.</param>
    /// <param name="saveStream">Saves a named stream beside the block, for large data; one at a time.</param>
    protected abstract void Write(BinaryWriter main, Action<string, Action<BinaryWriter>> saveStream);

    void ICanSaveModel.Save(ModelSaveContext ctx) => Save(ctx, ModelIO.LoaderSignature);

    internal void Save(ModelSaveContext ctx, string loader)
    {
        ModelIO.WriteHeader(ctx, Reader, loader);
        Write(ctx.Writer, ctx.SaveBinaryStream);
    }
}
