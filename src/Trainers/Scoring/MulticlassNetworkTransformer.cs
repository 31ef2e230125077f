using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Bridge;

namespace MLNet.GradientTrainers;

/// <summary>
/// A fitted network that adds the columns <c>Score</c> and <c>PredictedLabel</c>. Thread-safe; saved and loaded by <c>mlContext.Model</c>.
/// </summary>
/// <remarks>Rows are scored in batches; a row's score is the same, bit for bit, alone or in a batch.</remarks>
public sealed class MulticlassNetworkTransformer : PredictionTransformer, ISingleFeaturePredictionTransformer<NetworkModelParameters>
{
    internal MulticlassNetworkTransformer(NetworkModelParameters model, string featureColumnName, DataViewSchema? trainSchema)
    {
        Model = model;
        FeatureColumnName = featureColumnName;
        FeatureColumnType = trainSchema?[featureColumnName].Type ?? new VectorDataViewType(NumberDataViewType.Single, model.Definition.InputShape.Dimensions.ToArray());
    }

    /// <summary>The network, its weights and its training history.</summary>
    public NetworkModelParameters Model { get; }

    /// <summary>The column that is scored.</summary>
    public override string FeatureColumnName { get; }

    /// <summary>The type of that column: a vector of Single.</summary>
    public DataViewType FeatureColumnType { get; }

    /// <inheritdoc/>
    protected override Type Reader => typeof(MulticlassNetworkReader);

    /// <summary>The input's columns, then PredictedLabel and Score.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or has another type or size.</exception>
    public override DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).OutputSchema;

    /// <summary>Adds the scores, computed when rows are read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or has another type or size.</exception>
    public override IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ScoringView(input, Bind(input.Schema));
    }

    /// <summary>Scores single rows, for a prediction engine.</summary>
    public override IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new ScoringMapper(Bind(inputSchema));

    /// <inheritdoc/>
    protected override void Write(BinaryWriter main, Action<string, Action<BinaryWriter>> saveStream) => MulticlassNetworkReader.Write(main, this);

    private ScoringBindings Bind(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        int size = Model.Definition.InputShape.Size;
        var column = inputSchema.GetColumnOrNull(FeatureColumnName)
            ?? throw new ArgumentOutOfRangeException(
                nameof(inputSchema), $"The model finds no feature column '{FeatureColumnName}' among {string.Join(", ", inputSchema.Select(c => $"'{c.Name}'"))}. Save and load the whole pipeline, so that the steps that make it come along.");
        if (column.Type is not VectorDataViewType { ItemType: NumberDataViewType item } vector || item != NumberDataViewType.Single || (vector.IsKnownSize && vector.Size != size))
        {
            throw new ArgumentOutOfRangeException(
                nameof(inputSchema), string.Create(CultureInfo.InvariantCulture, $"The model needs a vector of {size} Single values in '{FeatureColumnName}', but the column is {column.Type}. Prepare it as for the training."));
        }

        return new ScoringBindings(inputSchema, column.Index, Model);
    }
}
