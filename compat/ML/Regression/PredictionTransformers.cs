using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(ITransformer), typeof(RegressionPredictionTransformer), null, typeof(SignatureLoadModel), "", RegressionPredictionTransformer.LoaderSignature)]

namespace Microsoft.ML.Data;

/// <summary>A transformer that scores with a model.</summary>
public abstract class PredictionTransformerBase<TModel> : IPredictionTransformer<TModel>, IDisposable
    where TModel : class
{
    private protected PredictionTransformerBase(IHost host, TModel model)
    {
        Contracts.CheckValue(model, nameof(model));
        Host = host;
        Model = model;
    }

    public TModel Model { get; }

    private protected IHost Host { get; }

    bool ITransformer.IsRowToRowMapper => true;

    public abstract DataViewSchema GetOutputSchema(DataViewSchema inputSchema);

    public IDataView Transform(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        return new MappedDataView(input, MakeMapper(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return MakeMapper(inputSchema);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        SaveCore(ctx);
    }

    public void Dispose() => (Model as IDisposable)?.Dispose();

    private protected abstract RowMapper MakeMapper(DataViewSchema inputSchema);
    private protected abstract void SaveCore(ModelSaveContext ctx);
}

/// <summary>A transformer that scores one feature column.</summary>
public abstract class SingleFeaturePredictionTransformerBase<TModel> : PredictionTransformerBase<TModel>,
    ISingleFeaturePredictionTransformer<TModel>, ISingleFeaturePredictionTransformer
    where TModel : class
{
    private protected SingleFeaturePredictionTransformerBase(IHost host, TModel model, DataViewType featureColumnType, string featureColumnName) : base(host, model)
    {
        FeatureColumnName = featureColumnName;
        FeatureColumnType = featureColumnType;
    }

    public string FeatureColumnName { get; }
    public DataViewType FeatureColumnType { get; }

    public sealed override DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        var features = FindFeatures(inputSchema);
        if (!features.Type.Equals(FeatureColumnType))
            throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "feature", FeatureColumnName, FeatureColumnType.ToString(), features.Type.ToString());
        return MakeMapper(inputSchema).OutputSchema;
    }

    private protected DataViewSchema.Column FindFeatures(DataViewSchema schema)
        => schema.GetColumnOrNull(FeatureColumnName) ?? throw Contracts.ExceptSchemaMismatch("inputSchema", "feature", FeatureColumnName);
}

public sealed class RegressionPredictionTransformer<TModel> : SingleFeaturePredictionTransformerBase<TModel>
    where TModel : class
{
    private readonly IFeatureScorer _scorer;

    internal RegressionPredictionTransformer(IHostEnvironment env, TModel model, DataViewSchema inputSchema, string featureColumn)
        : this(env, model, (inputSchema.GetColumnOrNull(featureColumn) ?? throw Contracts.ExceptSchemaMismatch(nameof(featureColumn), "feature", featureColumn)).Type, featureColumn) { }

    internal RegressionPredictionTransformer(IHostEnvironment env, TModel model, DataViewType featureColumnType, string featureColumn)
        : base(env.Register(nameof(RegressionPredictionTransformer<TModel>)), model, featureColumnType, featureColumn)
    {
        _scorer = model as IFeatureScorer ?? throw Contracts.ExceptParam(nameof(model), $"{model.GetType()} makes no score of features.");
    }

    private protected override RowMapper MakeMapper(DataViewSchema inputSchema)
    {
        var features = FindFeatures(inputSchema);
        if (features.Type is not VectorDataViewType vector || vector.ItemType != NumberDataViewType.Single || vector.Size != _scorer.FeatureCount)
            throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "feature", features.Name, $"vector of {_scorer.FeatureCount} Single", features.Type.ToString());
        return RowMapper.Append(inputSchema, [new MappedColumn(DefaultColumnNames.Score, NumberDataViewType.Single,
            ScoreAnnotations.Make(inputSchema, AnnotationUtils.Const.ScoreColumnKind.Regression), [features.Index], row => MakeGetter(row, features))]);
    }

    private ValueGetter<float> MakeGetter(DataViewRow row, DataViewSchema.Column features)
    {
        var getter = row.GetGetter<VBuffer<float>>(row.Schema[features.Index]);
        VBuffer<float> buffer = default;
        return (ref float score) =>
        {
            getter(ref buffer);
            score = _scorer.Score(buffer);
        };
    }

    private protected override void SaveCore(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(RegressionPredictionTransformer.GetVersionInfo());
        ctx.SaveModel((ICanSaveModel)Model, RegressionPredictionTransformer.ModelFolder);
        ctx.Writer.Write(FeatureColumnName);
        ValueCodec.WriteType(ctx.Writer, FeatureColumnType);
    }
}

/// <summary>Loads transformers of any model.</summary>
internal static class RegressionPredictionTransformer
{
    public const string LoaderSignature = "RegressionPredXfer";
    public const string ModelFolder = "Model";

    public static VersionInfo GetVersionInfo() => TransformVersion.Make("REG PRED", LoaderSignature);

    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        ctx.LoadModel<ICanSaveModel, SignatureLoadModel>(env, out var model, ModelFolder);
        string features = ctx.Reader.ReadString();
        var type = ValueCodec.ReadType(ctx.Reader);
        return (ITransformer)typeof(RegressionPredictionTransformer<>).MakeGenericType(model.GetType())
            .GetConstructor(BindingFlags.NonPublic | BindingFlags.Instance, [typeof(IHostEnvironment), model.GetType(), typeof(DataViewType), typeof(string)])!
            .Invoke([env, model, type, features]);
    }
}
