using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// What the fitted transformers of this plug-in share: they add a model's scores to a view, lazily and in batches. Thread-safe; saved and loaded by
/// <c>mlContext.Model</c>.
/// </summary>
/// <typeparam name="TModel">The model's parameters.</typeparam>
/// <remarks>Rows are scored in batches; a row's score is the same, bit for bit, alone or in a batch.</remarks>
public abstract class ScoringTransformer<TModel> : PredictionTransformer, ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private readonly IRowScorer _scorer;
    private readonly OutputColumns _output;
    private readonly PrimitiveDataViewType _item;
    private int? _threads;

    private protected ScoringTransformer(TModel model, string featureColumnName, VectorDataViewType featureColumnType, IRowScorer scorer, OutputColumns output)
    {
        Model = model;
        FeatureColumnName = featureColumnName;
        FeatureColumnType = featureColumnType;
        _item = featureColumnType.ItemType;
        _scorer = scorer;
        _output = output;
    }

    /// <summary>The trained model.</summary>
    public TModel Model { get; }

    /// <summary>The column that is scored.</summary>
    public override string FeatureColumnName { get; }

    /// <summary>The type of that column: a vector of Single, or of Byte where the model was trained on bytes.</summary>
    public DataViewType FeatureColumnType { get; }

    /// <summary>
    /// Threads that score the rows of a view, the reader's own included, at least 1; null, the default, for all cores. The scores are the same bits for any number. All views of a process together keep
    /// no more processors busy than there are, unless so many threads are asked for here. Holds for views made afterwards; a model's file does not keep it, and a fit sets it to the trainer's own.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public int? NumberOfThreads
    {
        get => _threads;
        set
        {
            if (value is { } threads)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1, nameof(NumberOfThreads));
            }

            _threads = value;
        }
    }

    /// <summary>The input's columns, then the model's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or has another type or size.</exception>
    public override DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).OutputSchema;

    /// <summary>Adds the scores, computed when rows are read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or has another type or size.</exception>
    public override IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ScoringView(input, Bind(input.Schema), GetType().Name, ScoringThreads.For(_threads));
    }

    /// <summary>Scores single rows, for a prediction engine.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or has another type or size.</exception>
    public override IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new ScoringMapper(Bind(inputSchema), ScoringThreads.For(_threads));

    /// <summary>Writes the model alone as an ONNX file, whole or not at all; for the whole pipeline there is ML.NET's <c>mlContext.Model.ConvertToOnnx</c>.</summary>
    /// <remarks>See <see cref="WriteOnnx"/> for what is in it.</remarks>
    /// <param name="path">The file. Its folder must exist.</param>
    /// <exception cref="NotSupportedException">The model can't be written as ONNX; the message says why. An existing file stays as it was.</exception>
    /// <inheritdoc cref="AtomicFile.Write" path="/exception"/>
    public void SaveOnnx(string path) => AtomicFile.Write(path, WriteOnnx);

    /// <summary>
    /// Writes the model alone as ONNX, operator set 12, for any number of rows: its input is the feature column, its outputs are the model's columns, by their names. The <c>PredictedLabel</c> of several
    /// classes is a key as in ML.NET, 1 for the first class, in an unsigned 32-bit number; the metadata has the classes' names, a JSON array, under <c>classes</c>.
    /// </summary>
    /// <param name="stream">Where to write; it stays open.</param>
    /// <exception cref="NotSupportedException">The model can't be written as ONNX; the message says why. Nothing has been written.</exception>
    public void WriteOnnx(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(FeatureColumnName, FeatureColumnType);
        OnnxModelFile.Write(Bind(schema.ToSchema()), stream, (Model as MulticlassNetworkModelParameters)?.ClassNames);
    }

    private ScoringBindings Bind(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        int size = _scorer.InputSize;
        var column = inputSchema.GetColumnOrNull(FeatureColumnName)
            ?? throw new ArgumentOutOfRangeException(
                nameof(inputSchema), $"The model finds no feature column '{Excerpt.Of(FeatureColumnName)}' among {Excerpt.List([.. inputSchema.Select(c => c.Name)], quote: "'")}. Save and load the whole pipeline, so that the steps that make it come along.");
        if (column.Type is not VectorDataViewType vector || !vector.ItemType.Equals(_item) || (vector.IsKnownSize && vector.Size != size))
        {
            throw new ArgumentOutOfRangeException(
                nameof(inputSchema), string.Create(CultureInfo.InvariantCulture, $"The model needs a vector of {size} {_item} values in '{FeatureColumnName}', but the column is {column.Type}. Prepare it as for the training."));
        }

        return _scorer.ProblemWith(vector) is { } problem
            ? throw new ArgumentOutOfRangeException(nameof(inputSchema), $"The feature column '{FeatureColumnName}' does not fit the model: {problem}")
            : new ScoringBindings(inputSchema, column.Index, _scorer, _output);
    }
}
