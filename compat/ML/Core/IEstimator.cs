using Microsoft.ML.Data;

namespace Microsoft.ML;

public interface ICanSaveModel
{
    void Save(ModelSaveContext ctx);
}

public interface ITransformer : ICanSaveModel
{
    bool IsRowToRowMapper { get; }
    DataViewSchema GetOutputSchema(DataViewSchema inputSchema);
    IDataView Transform(IDataView input);
    IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema);
}

public interface IEstimator<out TTransformer>
    where TTransformer : ITransformer
{
    TTransformer Fit(IDataView input);
    SchemaShape GetOutputSchema(SchemaShape inputSchema);
}

public interface IPredictionTransformer<out TModel> : ITransformer
    where TModel : class
{
    TModel Model { get; }
}

public interface ISingleFeaturePredictionTransformer<out TModel> : IPredictionTransformer<TModel>
    where TModel : class
{
    string FeatureColumnName { get; }
    DataViewType FeatureColumnType { get; }
}

/// <summary>The non-generic form, by which permutation feature importance finds a predictor inside a chain.</summary>
internal interface ISingleFeaturePredictionTransformer : ITransformer
{
    string FeatureColumnName { get; }
}
