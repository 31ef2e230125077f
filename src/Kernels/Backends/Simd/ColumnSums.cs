using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>What is summed over the columns of a matrix: one or two numbers an element.</summary>
internal interface IColumnTerms
{
    /// <summary>Whether there is a second sum.</summary>
    static abstract bool Two { get; }

    /// <summary>The terms of the elements from (row, column) on.</summary>
    void Terms<TLane>(int row, int column, out TLane first, out TLane second)
        where TLane : struct, ISimdLane<TLane>;
}

public sealed unsafe partial class SimdBackend
{
    /// <summary>Rows of one partial sum of a column: a property of the result, not of the machine. Partial sums are added in double.</summary>
    private const int ColumnChunk = 128;

    /// <summary>Room for what <see cref="ColumnSums"/> needs, in elements.</summary>
    private static long ColumnSumsRoom(int rows, int columns) => 2L * Chunks(rows) * Padded(columns);

    /// <summary>first[j] = factor · Σ of the first terms of column j, and the same of the second.</summary>
    /// <param name="terms">The terms.</param>
    /// <param name="partial">Room for the partial sums.</param>
    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="columns">Columns, at least 1.</param>
    /// <param name="factor">Multiplies the sums.</param>
    /// <param name="first">Receives the first sums.</param>
    /// <param name="second">Receives the second ones, if any.</param>
    private void ColumnSums<TTerms>(TTerms terms, float* partial, int rows, int columns, double factor, float* first, float* second)
        where TTerms : struct, IColumnTerms
    {
        int chunks = Chunks(rows);
        int padded = Padded(columns);
        ColumnSumsJob<TTerms> job = new(terms, partial, rows, columns);
        Run(ref job, chunks, (long)rows * columns, 1);
        for (int j = 0; j < columns; j++)
        {
            double a = 0;
            double b = 0;
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                a += partial[((long)2 * chunk * padded) + j];
                b += TTerms.Two ? partial[((((long)2 * chunk) + 1) * padded) + j] : 0;
            }

            first[j] = (float)(a * factor);
            if (TTerms.Two)
            {
                second[j] = (float)(b * factor);
            }
        }
    }

    private static int Chunks(int rows) => ((rows - 1) / ColumnChunk) + 1;

    private static int Padded(int columns) => (columns + Lanes.Virtual - 1) & -Lanes.Virtual;

    private readonly struct ColumnSumsJob<TTerms>(TTerms terms, float* partial, int rows, int columns) : IRangeJob
        where TTerms : struct, IColumnTerms
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            int padded = Padded(columns);
            for (int chunk = start; chunk < end; chunk++)
            {
                float* sums = partial + ((long)2 * chunk * padded);
                int last = Math.Min(rows, (chunk + 1) * ColumnChunk);
                int j = 0;
                for (; j + (4 * TLane.Count) <= columns; j += 4 * TLane.Count)
                {
                    Four<TLane>(chunk * ColumnChunk, last, j, sums + j, sums + padded + j);
                }

                for (; j + (2 * TLane.Count) <= columns; j += 2 * TLane.Count)
                {
                    Two<TLane>(chunk * ColumnChunk, last, j, sums + j, sums + padded + j);
                }

                for (; j < columns; j += TLane.Count)
                {
                    One<TLane>(chunk * ColumnChunk, last, j, sums + j, sums + padded + j);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void One<TLane>(int row, int end, int column, float* firsts, float* seconds)
            where TLane : struct, ISimdLane<TLane>
        {
            TLane a = default;
            TLane b = default;
            for (; row < end; row++)
            {
                Add(row, column, ref a, ref b);
            }

            TLane.Store(a, firsts);
            TLane.Store(b, seconds);
        }

        /// <summary>Two lanes of columns side by side, so that no addition waits for the one before.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Two<TLane>(int row, int end, int column, float* firsts, float* seconds)
            where TLane : struct, ISimdLane<TLane>
        {
            TLane a0 = default, a1 = default, b0 = default, b1 = default;
            for (; row < end; row++)
            {
                Add(row, column, ref a0, ref b0);
                Add(row, column + TLane.Count, ref a1, ref b1);
            }

            TLane.Store(a0, firsts);
            TLane.Store(a1, firsts + TLane.Count);
            TLane.Store(b0, seconds);
            TLane.Store(b1, seconds + TLane.Count);
        }

        /// <inheritdoc cref="Two"/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Four<TLane>(int row, int end, int column, float* firsts, float* seconds)
            where TLane : struct, ISimdLane<TLane>
        {
            TLane a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
            for (; row < end; row++)
            {
                Add(row, column, ref a0, ref b0);
                Add(row, column + TLane.Count, ref a1, ref b1);
                Add(row, column + (2 * TLane.Count), ref a2, ref b2);
                Add(row, column + (3 * TLane.Count), ref a3, ref b3);
            }

            TLane.Store(a0, firsts);
            TLane.Store(a1, firsts + TLane.Count);
            TLane.Store(a2, firsts + (2 * TLane.Count));
            TLane.Store(a3, firsts + (3 * TLane.Count));
            TLane.Store(b0, seconds);
            TLane.Store(b1, seconds + TLane.Count);
            TLane.Store(b2, seconds + (2 * TLane.Count));
            TLane.Store(b3, seconds + (3 * TLane.Count));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Add<TLane>(int row, int column, ref TLane a, ref TLane b)
            where TLane : struct, ISimdLane<TLane>
        {
            terms.Terms(row, column, out TLane first, out TLane second);
            a += first;
            b = TTerms.Two ? b + second : b;
        }
    }
}
