using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>
/// Predicts for one caller at a time, one row or several. What ML.NET makes for reading typed rows is made once and kept; where the model is a network of ours, the rows of a batch are scored
/// together, and the same bits come out as for single rows.
/// </summary>
internal sealed class RowEngine<TIn, TOut> : IDisposable
    where TIn : class, new()
    where TOut : class, new()
{
    private const int LargestPart = 1024;

    private readonly Feed<TIn> _feed = new();
    private readonly DataViewRowCursor _source;
    private readonly DataViewRow _row;
    private readonly LiveView _view;
    private readonly List<IBlockRow> _blocks = [];
    private readonly IEnumerator<TOut> _outputs;
    private readonly int[][] _places;

    /// <exception cref="Exception">The model does not fit the types: ML.NET's components throw what they like.</exception>
    public RowEngine(MLContext context, ITransformer model, bool ignoreMissingColumns)
    {
        var input = context.Data.LoadFromEnumerable(_feed);
        var pipeline = new RowPipeline(model, input.Schema);
        var output = OutputColumns(pipeline.OutputSchema, ignoreMissingColumns);
        _source = input.GetRowCursor(pipeline.Dependencies(output));
        _row = pipeline.Row(_source, output, _blocks);
        _view = new LiveView(_source, _row);
        _outputs = context.Data.CreateEnumerable<TOut>(_view, reuseRowObject: false, ignoreMissingColumns).GetEnumerator();
        _places = [.. _blocks.Select(_ => Array.Empty<int>())];
    }

    /// <summary>False when a failure has ended it.</summary>
    public bool IsUsable { get; private set; } = true;

    /// <summary>The prediction for one row.</summary>
    public TOut Predict(TIn input)
    {
        _feed.Next = input;
        try
        {
            return Read();
        }
        finally
        {
            _feed.Next = null!;
        }
    }

    /// <summary>The predictions for several rows; each row fails on its own.</summary>
    /// <param name="inputs">The rows.</param>
    /// <param name="outputs">Receives their predictions; null for a row that failed.</param>
    /// <param name="failures">Receives why rows failed; null for a row that did not.</param>
    public void Predict(ReadOnlySpan<TIn> inputs, Span<TOut?> outputs, Span<Exception?> failures)
    {
        // In parts, so that the engine does not keep the memory of the largest call.
        while (inputs.Length > LargestPart)
        {
            PredictPart(inputs[..LargestPart], outputs, failures);
            inputs = inputs[LargestPart..];
            outputs = outputs[LargestPart..];
            failures = failures[LargestPart..];
        }

        PredictPart(inputs, outputs, failures);
    }

    public void Dispose()
    {
        _outputs.Dispose();
        _row.Dispose();
        _source.Dispose();
    }

    private void PredictPart(ReadOnlySpan<TIn> inputs, Span<TOut?> outputs, Span<Exception?> failures)
    {
        failures[..inputs.Length].Clear();
        try
        {
            if (inputs.Length > 1)
            {
                ScoreBlocks(inputs, failures);
            }

            for (int i = 0; i < inputs.Length; i++)
            {
                outputs[i] = failures[i] is null ? Read(inputs, i, failures) : null;
            }
        }
        finally
        {
            _feed.Next = null!;
            foreach (var block in _blocks)
            {
                block.Show(-1);
            }
        }
    }

    /// <summary>The columns of a model's output that a prediction holds.</summary>
    private static List<DataViewSchema.Column> OutputColumns(DataViewSchema schema, bool ignoreMissingColumns)
    {
        var columns = new List<DataViewSchema.Column>();
        foreach (var wanted in SchemaDefinition.Create(typeof(TOut), SchemaDefinition.Direction.Write))
        {
            if (schema.GetColumnOrNull(wanted.ColumnName) is { } column)
            {
                columns.Add(column);
            }
            else if (!ignoreMissingColumns)
            {
                throw new InvalidOperationException(
                    $"It has no column '{wanted.ColumnName}' for {typeof(TOut).Name}.{wanted.MemberName}; it has {string.Join(", ", schema.Select(c => $"'{c.Name}'"))}. Members that are no columns are marked [NoColumn].");
            }
        }

        return columns;
    }

    private TOut? Read(ReadOnlySpan<TIn> inputs, int i, Span<Exception?> failures)
    {
        _feed.Next = inputs[i];
        if (inputs.Length > 1)
        {
            for (int b = 0; b < _blocks.Count; b++)
            {
                _blocks[b].Show(_places[b][i]);
            }
        }

        try
        {
            return Read();
        }
        catch (Exception exception)
        {
            failures[i] = exception;
            return null;
        }
    }

    private TOut Read()
    {
        bool moved = false;
        try
        {
            moved = _outputs.MoveNext();
        }
        finally
        {
            // What was thrown past the view has ended the reader.
            IsUsable &= moved;
        }

        _view.ThrowIfFailed();
        return _outputs.Current;
    }

    /// <summary>Computes the scores of all rows, step by step: a step may need the scores of those before it.</summary>
    private void ScoreBlocks(ReadOnlySpan<TIn> inputs, Span<Exception?> failures)
    {
        for (int b = 0; b < _blocks.Count; b++)
        {
            if (_places[b].Length < inputs.Length)
            {
                _places[b] = new int[Math.Max(inputs.Length, 2 * _places[b].Length)];
            }

            var block = _blocks[b];
            block.Begin(inputs.Length);
            for (int i = 0; i < inputs.Length; i++)
            {
                if (failures[i] is null)
                {
                    failures[i] = Gather(inputs[i], b, i);
                }
            }

            block.Score();
        }
    }

    private Exception? Gather(TIn input, int b, int i)
    {
        _feed.Next = input;
        _source.MoveNext();
        for (int earlier = 0; earlier < b; earlier++)
        {
            _blocks[earlier].Show(_places[earlier][i]);
        }

        try
        {
            _places[b][i] = _blocks[b].Gather();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }
}
