using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// A loop over independent items (elements, rows, columns) that is compiled once for each register width: at once and alone, as docs/engine.md says, with <see cref="MethodImplOptions.AggressiveOptimization"/> and
/// <see cref="MethodImplOptions.NoInlining"/>.
/// </summary>
internal interface IRangeJob
{
    /// <summary>Processes the items [start, end).</summary>
    void Run<TLane>(int start, int end)
        where TLane : struct, ISimdLane<TLane>;
}

/// <summary>Work that the team does in parts, compiled as <see cref="IRangeJob"/>.</summary>
internal interface IVectorJob
{
    /// <summary>Does one part, as <see cref="ITeamJob.Run"/>.</summary>
    void Run<TLane>(int part, int parts)
        where TLane : struct, ISimdLane<TLane>;
}

public sealed partial class SimdBackend
{
    /// <summary>Below this many element visits a loop ends sooner than a team starts.</summary>
    private const long SerialWork = 32 * 1024;

    /// <summary>More parts than threads, so that a thread that comes late finds less left to do.</summary>
    private const int PartsOfAThread = 2;

    /// <summary>Elements that share a cache line, so that two threads never write to one; also a multiple of every lane count.</summary>
    private const int Line = 16;

    /// <summary>Splits [0, length) over the team.</summary>
    /// <param name="job">The loop.</param>
    /// <param name="length">Number of items.</param>
    /// <param name="work">Element visits of the whole loop.</param>
    /// <param name="grain">Items that must stay together: every border but the last is a multiple of it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Run<TJob>(ref TJob job, int length, long work, int grain)
        where TJob : struct, IRangeJob
    {
        if (length == 0)
        {
            return;
        }

        if (work < SerialWork || _team.Size == 1)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            switch (_width)
            {
                case 512:
                    job.Run<Lane512>(0, length);
                    break;
                case 256:
                    job.Run<Lane256>(0, length);
                    break;
                default:
                    job.Run<Lane128>(0, length);
                    break;
            }

            GC.KeepAlive(this);
            return;
        }

        RangeJob<TJob> range = new(ref job, length, grain);
        RunParts(ref range, Math.Min(PartsOfAThread * _team.Size, ((length - 1) / grain) + 1));
    }

    /// <summary>Runs all parts of a job on the team. Nobody finalizes the working memory that the job may use before it is over.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunParts<TJob>(ref TJob job, int parts)
        where TJob : struct, IVectorJob
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        VectorJob<TJob> vectors = new(ref job, _width);
        _team.Run(ref vectors, parts);
        GC.KeepAlive(this);
    }

    /// <summary>The one place that chooses the register width.</summary>
    private readonly unsafe struct VectorJob<TJob>(ref TJob job, int width) : ITeamJob
        where TJob : struct, IVectorJob
    {
        // The job lies on the stack of the thread that waits in Run.
        private readonly void* _job = Unsafe.AsPointer(ref job);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int part, int parts)
        {
            ref TJob vectors = ref Unsafe.AsRef<TJob>(_job);
            switch (width)
            {
                case 512:
                    vectors.Run<Lane512>(part, parts);
                    break;
                case 256:
                    vectors.Run<Lane256>(part, parts);
                    break;
                default:
                    vectors.Run<Lane128>(part, parts);
                    break;
            }
        }
    }

    private readonly unsafe struct RangeJob<TJob>(ref TJob job, int length, int grain) : IVectorJob
        where TJob : struct, IRangeJob
    {
        private readonly void* _job = Unsafe.AsPointer(ref job);

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int part, int parts)
            where TLane : struct, ISimdLane<TLane>
        {
            long grains = ((length - 1) / grain) + 1;
            int start = (int)(grains * part / parts) * grain;
            int end = (int)Math.Min(length, grains * (part + 1) / parts * grain);
            if (start < end)
            {
                Unsafe.AsRef<TJob>(_job).Run<TLane>(start, end);
            }
        }
    }
}
