using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>A fitted pipeline taken apart into its steps, so that single rows can be led through it and the steps that score many rows at once can be told.</summary>
internal sealed class RowPipeline
{
    private readonly List<IRowToRowMapper> _steps = [];

    /// <exception cref="InvalidOperationException">A step can't transform single rows.</exception>
    /// <exception cref="ArgumentException">A step finds its input missing or of another type.</exception>
    public RowPipeline(ITransformer model, DataViewSchema input)
    {
        OutputSchema = input;
        Add(model);
    }

    public DataViewSchema OutputSchema { get; private set; }

    /// <summary>The columns of the input that columns of the output depend on.</summary>
    public IEnumerable<DataViewSchema.Column> Dependencies(IEnumerable<DataViewSchema.Column> output) => Needs(output)[0];

    /// <summary>The last step's row over an input's row, and the rows of those steps that score many at once, in their order.</summary>
    public DataViewRow Row(DataViewRow input, IEnumerable<DataViewSchema.Column> output, ICollection<IBlockRow> blocks)
    {
        var needs = Needs(output);
        var row = input;
        for (int i = 0; i < _steps.Count; i++)
        {
            row = _steps[i].GetRow(row, needs[i + 1]);
            if (row is IBlockRow { IsScored: true } block)
            {
                blocks.Add(block);
            }
        }

        return row;
    }

    private void Add(ITransformer transformer)
    {
        if (transformer is IEnumerable<ITransformer> chain)
        {
            foreach (var step in chain)
            {
                Add(step);
            }

            return;
        }

        if (!transformer.IsRowToRowMapper)
        {
            throw new InvalidOperationException($"Its step {transformer.GetType().Name} transforms no single rows, so that the model can't be served.");
        }

        var mapper = transformer.GetRowToRowMapper(OutputSchema);
        _steps.Add(mapper);
        OutputSchema = mapper.OutputSchema;
    }

    /// <summary>The columns needed of the input, then of each step's output.</summary>
    private DataViewSchema.Column[][] Needs(IEnumerable<DataViewSchema.Column> output)
    {
        var needs = new DataViewSchema.Column[_steps.Count + 1][];
        needs[^1] = [.. output];
        for (int i = _steps.Count - 1; i >= 0; i--)
        {
            needs[i] = [.. _steps[i].GetDependencies(needs[i + 1])];
        }

        return needs;
    }
}
