using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Data;

/// <summary>A transformer whose output row depends on one input row.</summary>
public abstract class RowToRowTransformerBase : ITransformer
{
    private protected RowToRowTransformerBase(IHost host) => Host = host;

    private protected IHost Host { get; }

    bool ITransformer.IsRowToRowMapper => true;

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return MakeMapper(inputSchema);
    }

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return MakeMapper(inputSchema).OutputSchema;
    }

    public IDataView Transform(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        return new MappedDataView(input, MakeMapper(input.Schema));
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => SaveModel(ctx);

    private protected abstract void SaveModel(ModelSaveContext ctx);

    private protected abstract RowMapper MakeMapper(DataViewSchema inputSchema);
}

/// <summary>A transformer that adds columns, each computed from one input column.</summary>
public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    private protected OneToOneTransformerBase(IHost host, (string outputColumnName, string inputColumnName)[] columns) : base(host)
    {
        Contracts.CheckValue(columns, nameof(columns));
        foreach (var (output, input) in columns)
        {
            Contracts.CheckNonEmpty(input, nameof(columns));
            Contracts.CheckNonEmpty(output, nameof(columns));
        }
        if (columns.GroupBy(c => c.outputColumnName).FirstOrDefault(g => g.Count() > 1) is { } repeated)
            throw Contracts.ExceptParam(nameof(columns), $"Name of the result column '{repeated.Key}' specified multiple times");
        ColumnPairs = columns;
    }

    private protected (string outputColumnName, string inputColumnName)[] ColumnPairs { get; }

    private protected sealed override RowMapper MakeMapper(DataViewSchema inputSchema)
        => RowMapper.Append(inputSchema, ColumnPairs.Select((pair, i) => MapColumn(i, inputSchema.GetColumnOrNull(pair.inputColumnName)
            ?? throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", pair.inputColumnName))));

    /// <summary>Checks the type of the i-th input column and tells how the i-th output column comes from it.</summary>
    private protected abstract MappedColumn MapColumn(int i, DataViewSchema.Column source);

    private protected void SaveColumns(BinaryWriter writer)
    {
        writer.Write(ColumnPairs.Length);
        foreach (var (output, input) in ColumnPairs)
        {
            writer.Write(output);
            writer.Write(input);
        }
    }

    private protected static (string outputColumnName, string inputColumnName)[] LoadColumns(BinaryReader reader)
    {
        var pairs = new List<(string, string)>();
        for (int n = reader.ReadInt32(); n > 0; n--)
            pairs.Add((reader.ReadString(), reader.ReadString()));
        return [.. pairs];
    }
}

/// <summary>An estimator with nothing to learn: its transformer is made beforehand.</summary>
public abstract class TrivialEstimator<TTransformer> : IEstimator<TTransformer>
    where TTransformer : class, ITransformer
{
    private protected TrivialEstimator(IHost host, TTransformer transformer)
    {
        Host = host;
        Transformer = transformer;
    }

    private protected IHost Host { get; }
    private protected TTransformer Transformer { get; }

    public TTransformer Fit(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        Transformer.GetOutputSchema(input.Schema); // throws where the schema does not suit
        return Transformer;
    }

    public abstract SchemaShape GetOutputSchema(SchemaShape inputSchema);
}
