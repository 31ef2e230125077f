using System.Numerics;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Processes that train together, as threads of this one: what each has is laid out for all, between two meetings.</summary>
internal sealed class ProcessesForTests<T>(int size)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Barrier _barrier = new(size);
    private readonly double[][] _totals = new double[size][];
    private readonly (ShardPart[] Parts, T[][] Values)[] _values = new (ShardPart[], T[][])[size];

    public IGradientExchange<T> Of(int rank) => new Member(this, rank);

    private void Meet() => Assert.IsTrue(_barrier.SignalAndWait(TimeSpan.FromSeconds(30)), "the others have not come");

    private sealed class Member(ProcessesForTests<T> all, int rank) : IGradientExchange<T>
    {
        public int Rank => rank;

        public int Size => all._totals.Length;

        public void Share(Span<double> totals, int perShard)
        {
            int shards = totals.Length / perShard;
            all._totals[rank] = totals.ToArray();
            all.Meet();
            for (int other = 0; other < Size; other++)
            {
                Range range = (ShardTree.FirstOf(other, Size, 0, shards) * perShard)..(ShardTree.FirstOf(other + 1, Size, 0, shards) * perShard);
                all._totals[other].AsSpan(range).CopyTo(totals[range]);
            }

            all.Meet();
        }

        public void Sum(ReadOnlySpan<ShardPart> parts, ReadOnlySpan<T[]> values, int existing, Span<T> sum)
        {
            all._values[rank] = (parts.ToArray(), values.ToArray());
            all.Meet();
            ShardPart[] every = [.. all._values.SelectMany(own => own.Parts)];
            ShardTree.Sum(new ShardPart(0, 1024), every, [.. all._values.SelectMany(own => own.Values)], existing, 0, sum);
            all.Meet();
        }
    }
}
