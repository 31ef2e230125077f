using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>Scores single rows, for prediction engines.</summary>
internal sealed class ScoringMapper(ScoringBindings bindings) : IRowToRowMapper
{
    public DataViewSchema InputSchema => bindings.InputSchema;

    public DataViewSchema OutputSchema => bindings.OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        bindings.Inputs(bindings.Active(dependingColumns)).ToArray();

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Schema == bindings.InputSchema
            ? new Row(bindings, input, bindings.Active(activeColumns))
            : throw new ArgumentException("The row's schema is not the one that this mapper was made for.", nameof(input));
    }

    private sealed class Row : DataViewRow, IBlockRow
    {
        /// <summary>Rows scored together: with more, they and the weights no longer lie in the cache together, and a row costs more.</summary>
        private const int LargestBlock = 32;

        private readonly ScoringBindings _bindings;
        private readonly DataViewRow _input;
        private readonly bool[] _active;
        private readonly ValueGetter<VBuffer<float>>? _features;
        private readonly FeatureBlock? _row;
        private readonly float[] _scores;
        private VBuffer<float> _vector;
        private long _scored = -1;
        private FeatureBlock? _block;
        private int _blockRows;
        private float[] _blockScores = [];
        private int _gathered;
        private int _scoredBefore;
        private int _shown = -1;

        public Row(ScoringBindings bindings, DataViewRow input, bool[] active)
        {
            _bindings = bindings;
            _input = input;
            _active = active;
            bool scores = bindings.NeedsScores(active);
            _features = scores ? FeatureColumn.Getter(input, bindings.Features) : null;
            _row = scores ? new FeatureBlock(bindings, 1) : null;
            _scores = new float[scores ? bindings.Scorer.OutputSize : 0];
        }

        public bool IsScored => _features is not null;

        public override long Position => _input.Position;

        public override long Batch => _input.Batch;

        public override DataViewSchema Schema => _bindings.OutputSchema;

        public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!_active[column.Index])
            {
                throw new InvalidOperationException($"Column '{column.Name}' was not asked for when the row was made.");
            }

            if (!_bindings.IsScored(column.Index))
            {
                return _input.GetGetter<TValue>(_bindings.InputSchema[column.Index]);
            }

            return _bindings.Getter(column.Index, Scores) as ValueGetter<TValue>
                ?? throw new InvalidOperationException($"Column '{column.Name}' is of type {column.Type}; its values can't be got as {typeof(TValue)}.");
        }

        public void Begin(int rows)
        {
            int room = Math.Min(LargestBlock, (int)BitOperations.RoundUpToPowerOf2((uint)rows));
            if (_blockRows < room)
            {
                (_block, _blockRows) = (new FeatureBlock(_bindings, room), room);
            }

            _block!.Clear();
            (_gathered, _scoredBefore, _shown) = (0, 0, -1);
            int scores = rows * _bindings.Scorer.OutputSize;
            if (_blockScores.Length < scores)
            {
                _blockScores = new float[Math.Max(scores, 2 * _blockScores.Length)];
            }
        }

        public int Gather()
        {
            _features!(ref _vector);
            _block!.Add(_vector);
            _gathered++;
            if (_block.IsFull)
            {
                Score();
            }

            return _gathered - 1;
        }

        public void Score()
        {
            if (_gathered > _scoredBefore)
            {
                int first = _scoredBefore;
                _scoredBefore = _gathered;
                _block!.Score(_blockScores.AsSpan(first * _bindings.Scorer.OutputSize));
            }
        }

        public void Show(int place) => _shown = place;

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _input.Dispose();
            }

            base.Dispose(disposing);
        }

        private ReadOnlySpan<float> Scores()
        {
            if (_shown >= 0)
            {
                return _blockScores.AsSpan(_shown * _scores.Length, _scores.Length);
            }

            // A row's position changes with its values; a row that tells none is scored each time.
            if (_scored != Position || Position < 0)
            {
                _features!(ref _vector);
                _row!.Add(_vector);
                _row.Score(_scores);
                _scored = Position;
            }

            return _scores;
        }
    }
}
