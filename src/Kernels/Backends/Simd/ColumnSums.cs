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
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            int padded = Padded(columns);
            for (int chunk = start; chunk < end; chunk++)
            {
                float* sums = partial + ((long)2 * chunk * padded);
                int last = Math.Min(rows, (chunk + 1) * ColumnChunk);
                for (int j = 0; j < columns;)
                {
                    int lanes = (columns - j) / TLane.Count;
                    j += TLane.Count * (lanes >= 4 ? Sum<TLane, MicroKernel.Four>(chunk * ColumnChunk, last, j, sums + j, sums + padded + j)
                        : lanes >= 2 ? Sum<TLane, MicroKernel.Two>(chunk * ColumnChunk, last, j, sums + j, sums + padded + j)
                        : Sum<TLane, MicroKernel.One>(chunk * ColumnChunk, last, j, sums + j, sums + padded + j));
                }
            }
        }

        /// <summary>Goes down 1, 2 or 4 lanes of columns side by side, so that no addition waits for the one before. Gives their number.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private int Sum<TLane, TLanes>(int row, int end, int column, float* firsts, float* seconds)
            where TLane : struct, ISimdLane<TLane>
            where TLanes : struct, IConstant
        {
            TLane a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
            for (; row < end; row++)
            {
                Add<TLane, TLanes>(0, row, column, ref a0, ref b0);
                Add<TLane, TLanes>(1, row, column, ref a1, ref b1);
                Add<TLane, TLanes>(2, row, column, ref a2, ref b2);
                Add<TLane, TLanes>(3, row, column, ref a3, ref b3);
            }

            Store<TLane, TLanes>(0, a0, b0, firsts, seconds);
            Store<TLane, TLanes>(1, a1, b1, firsts, seconds);
            Store<TLane, TLanes>(2, a2, b2, firsts, seconds);
            Store<TLane, TLanes>(3, a3, b3, firsts, seconds);
            return TLanes.Value;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Add<TLane, TLanes>(int lane, int row, int column, ref TLane a, ref TLane b)
            where TLane : struct, ISimdLane<TLane>
            where TLanes : struct, IConstant
        {
            if (lane < TLanes.Value)
            {
                terms.Terms(row, column + (lane * TLane.Count), out TLane first, out TLane second);
                a += first;
                b = TTerms.Two ? b + second : b;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Store<TLane, TLanes>(int lane, TLane a, TLane b, float* firsts, float* seconds)
            where TLane : struct, ISimdLane<TLane>
            where TLanes : struct, IConstant
        {
            if (lane < TLanes.Value)
            {
                TLane.Store(a, firsts + (lane * TLane.Count));
                TLane.Store(b, seconds + (lane * TLane.Count));
            }
        }
    }
}
