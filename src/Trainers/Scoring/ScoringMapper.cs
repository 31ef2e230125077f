using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>Scores single rows, for prediction engines, and many at once for those that know <see cref="IBlockRow"/>.</summary>
/// <param name="bindings">The model and the columns.</param>
/// <param name="threads">Threads for many rows, at least 1.</param>
internal sealed class ScoringMapper(ScoringBindings bindings, int threads) : IRowToRowMapper
{
    public DataViewSchema InputSchema => bindings.InputSchema;

    public DataViewSchema OutputSchema => bindings.OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        bindings.Inputs(bindings.Active(dependingColumns)).ToArray();

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Schema == bindings.InputSchema
            ? new Row(bindings, input, bindings.Active(activeColumns), threads)
            : throw new ArgumentException("The row's schema is not the one that this mapper was made for.", nameof(input));
    }

    private sealed class Row : DataViewRow, IBlockRow
    {
        /// <summary>Rows scored together: with more, they and the weights no longer lie in the cache together, and a row costs more.</summary>
        private const int LargestBlock = 32;

        /// <summary>Rows that are shared by several threads: fewer are done before another thread has begun, and mostly belong to one of several batches at a time.</summary>
        private const int SmallestShared = 256;

        private readonly ScoringBindings _bindings;
        private readonly ScoringThreads _threads;
        private readonly DataViewRow _input;
        private readonly bool[] _active;
        private readonly ValueGetter<VBuffer<float>>? _features;
        private readonly FeatureBlock? _row;
        private readonly float[] _scores;
        private VBuffer<float> _vector;
        private long _scored = -1;
        private ScoringBlock[] _blocks = [];
        private int _blockRows;
        private float[] _blockScores = [];
        private int _used;
        private int _block;
        private int _begun;
        private int _gathered;
        private int _shown = -1;

        public Row(ScoringBindings bindings, DataViewRow input, bool[] active, int threads)
        {
            _bindings = bindings;
            _threads = new ScoringThreads(threads);
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
            Forget();
            int room = Math.Min(LargestBlock, (int)BitOperations.RoundUpToPowerOf2((uint)rows));
            _used = rows < SmallestShared || _threads.Threads == 1 ? 1 : 2 * _threads.Threads;
            if (_blockRows < room || _blocks.Length < _used)
            {
                _blockRows = Math.Max(_blockRows, room);
                _blocks = [.. Enumerable.Range(0, Math.Max(_blocks.Length, _used)).Select(_ => new ScoringBlock(_bindings, _blockRows))];
            }

            (_block, _begun, _gathered, _shown) = (0, 0, 0, -1);
            int scores = rows * _bindings.Scorer.OutputSize;
            if (_blockScores.Length < scores)
            {
                _blockScores = new float[Math.Max(scores, 2 * _blockScores.Length)];
            }
        }

        public int Gather()
        {
            _features!(ref _vector);
            var block = _blocks[_block];
            block.Rows.Add(_vector);
            _gathered++;
            if (block.Rows.IsFull)
            {
                ScoreBlock();
            }

            return _gathered - 1;
        }

        public void Score()
        {
            ScoreBlock();

            // The oldest first: blocks are taken in their order.
            for (int i = 0; i < _used; i++)
            {
                Await(_blocks[(_block + i) % _used]);
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

        /// <summary>Scores the block, or lets another thread do it, and goes on to the next one, which is the oldest.</summary>
        private void ScoreBlock()
        {
            if (_begun == _gathered)
            {
                return;
            }

            int outputs = _bindings.Scorer.OutputSize;
            var block = _blocks[_block];
            block.Begin(_blockScores.AsMemory(_begun * outputs, (_gathered - _begun) * outputs));
            _begun = _gathered;
            if (_used == 1)
            {
                block.Score();
            }
            else
            {
                ScoringThreads.Enter();
                _threads.Add(block);
                ScoringThreads.Leave();
            }

            _block = (_block + 1) % _used;
            Await(_blocks[_block]);
        }

        private void Await(ScoringBlock block)
        {
            if (!block.IsDone)
            {
                ScoringThreads.Enter();
                try
                {
                    _threads.Await(block);
                }
                finally
                {
                    ScoringThreads.Leave();
                }
            }

            block.ThrowIfFailed();
        }

        /// <summary>Drops what a call that failed halfway has left: other threads may still be at it.</summary>
        private void Forget()
        {
            _threads.Clear();
            foreach (var block in _blocks)
            {
                _threads.Await(block);
                block.Clear();
            }
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
