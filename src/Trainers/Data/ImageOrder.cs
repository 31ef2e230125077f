namespace MLNet.GradientTrainers;

/// <summary>An order in which a cursor gives images.</summary>
internal abstract class ImageOrder
{
    /// <summary>How many images there are in it.</summary>
    public abstract int Count { get; }

    /// <summary>The image at a place. Not thread-safe: each cursor that asks for places by blocks has an order of its own.</summary>
    public abstract int this[int place] { get; }

    /// <summary>All images in a random order (Fisher–Yates).</summary>
    public static ImageOrder Shuffled(int count, Random random)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = order.Length - 1; i > 0; i--)
        {
            int j = random.Next(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return new Listed(order);
    }

    /// <summary>Images by blocks of equally many, the last of which may be shorter; answers the question for them.</summary>
    public static ImageOrder ByBlocks(int count, RowBlockOrder wanted)
    {
        int size = wanted.RowsOfBlock;
        int blocks = (int)(((long)count + size - 1) / size);
        wanted.Answer([.. Enumerable.Range(0, blocks).Select(block => block * size), count]);
        return new Blocks(count, size, wanted.Blocks);
    }

    private sealed class Listed(int[] order) : ImageOrder
    {
        public override int Count => order.Length;

        public override int this[int place] => order[place];
    }

    private sealed class Blocks : ImageOrder
    {
        private readonly int _size;
        private readonly IReadOnlyList<int> _blocks;

        // The first place of each block, and behind them the number of all.
        private readonly int[] _starts;
        private int _at;

        public Blocks(int count, int size, IReadOnlyList<int> blocks)
        {
            (_size, _blocks, _starts) = (size, blocks, new int[blocks.Count + 1]);
            for (int i = 0; i < blocks.Count; i++)
            {
                _starts[i + 1] = _starts[i] + Math.Min(size, count - (blocks[i] * size));
            }
        }

        public override int Count => _starts[^1];

        public override int this[int place]
        {
            get
            {
                // A cursor goes forward.
                while (place >= _starts[_at + 1])
                {
                    _at++;
                }

                return (_blocks[_at] * _size) + place - _starts[_at];
            }
        }
    }
}
