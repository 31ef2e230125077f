using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The fast back end: every operation in the widest vectors that the machine has (512, 256 or 128 bits), on a team of threads, with a packed and
/// cache-blocked matrix product. After the first calls no operation allocates managed memory.
/// </summary>
/// <remarks>
/// Results are the same bits for every number of threads and every vector width. See <see cref="IBackend{T}"/> for the operations.
/// </remarks>
public sealed unsafe partial class SimdBackend : IBackend<float>
{
    private readonly int _width;
    private readonly int _packedElements;
    private readonly bool _direct;
    private readonly ThreadTeam _team;
    private bool _disposed;

    /// <summary>Creates a back end with its own threads.</summary>
    /// <param name="threads">Threads that an operation may use, the caller included; 0 for one a processor. <see cref="Backend.Create"/> says what limits them.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is below 0.</exception>
    public SimdBackend(int threads = 0)
        : this(threads, WidestVector)
    {
    }

    /// <summary>
    /// Creates a back end with vectors of a given width, even one that the machine only emulates, and with room for packing of its own; <paramref name="direct"/> has it compute all convolutions by their
    /// definition, to compare.
    /// </summary>
    internal SimdBackend(int threads, int width, int packedElements = DefaultPackedElements, bool direct = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        _width = width;
        _packedElements = packedElements;
        _direct = direct;
        _team = new ThreadTeam(ThreadTeam.SizeFor(threads));
    }

    /// <inheritdoc/>
    public string Name => $"SIMD (Vector{_width}, {_team.Size} {(_team.Size == 1 ? "thread" : "threads")})";

    /// <summary>Bits of the widest vectors that the machine has.</summary>
    internal static int WidestVector => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>False: every operation is done when its call returns.</summary>
    public bool IsAsynchronous => false;

    /// <inheritdoc/>
    public Tensor<float> Allocate(int length) => new(new NativeBuffer(length), 0, length);

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<float> source, Tensor<float> destination)
    {
        Shapes.Equal(source.Length, destination.Length);
        source.CopyTo(Span(destination));
        GC.KeepAlive(destination.Buffer);
    }

    /// <inheritdoc/>
    public void Read(Tensor<float> source, Span<float> destination)
    {
        Shapes.Equal(source.Length, destination.Length);
        Span(source).CopyTo(destination);
        GC.KeepAlive(source.Buffer);
    }

    /// <inheritdoc/>
    public Totals AllocateTotals(int length) => new HostTotals(length);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Read(Totals source, int start, Span<double> destination) => HostTotals.Values(source).AsSpan(start, destination.Length).CopyTo(destination);

    /// <inheritdoc/>
    public void Copy(Tensor<float> source, Tensor<float> destination)
    {
        Shapes.Equal(source.Length, destination.Length);
        Span(source).CopyTo(Span(destination));
        GC.KeepAlive(source.Buffer);
        GC.KeepAlive(destination.Buffer);
    }

    /// <inheritdoc/>
    public void Fill(Tensor<float> destination, float value)
    {
        Span(destination).Fill(value);
        GC.KeepAlive(destination.Buffer);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Gather(IRowSource<float> source, ReadOnlySpan<int> rows, Tensor<float> destination)
    {
        Shapes.Gather(source, rows, destination);
        fixed (int* indices = rows)
        {
            GatherJob job = new(source, indices, Pointer(destination));
            Run(ref job, rows.Length, destination.Length, 1);
        }

        GC.KeepAlive(destination.Buffer);
    }

    /// <summary>Ends the threads and gives back the working memory. Tensors stay valid until they are disposed of themselves.</summary>
    public void Dispose()
    {
        _disposed = true;
        _team.Dispose();
        _scratch.Dispose();
        _rows.Dispose();
        DisposeFixed();
    }

    /// <summary>The address of a tensor's first element; null for no tensor. The caller keeps the buffer alive.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* Pointer(Tensor<float> tensor) =>
        tensor.Buffer is NativeBuffer memory ? memory.Elements + tensor.Offset : tensor.Buffer is null ? null : throw Foreign(tensor.Buffer);

    private static ArgumentException Foreign(TensorBuffer<float> buffer) => new($"The tensor belongs to another back end ({buffer.GetType().Name}); copy it with Read and Write.");

    private static Span<float> Span(Tensor<float> tensor) => new(Pointer(tensor), tensor.Length);

    private readonly struct GatherJob(IRowSource<float> source, int* rows, float* destination) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            int width = source.Width;
            source.Read(new ReadOnlySpan<int>(rows + start, end - start), new Span<float>(destination + ((long)start * width), (end - start) * width));
        }
    }
}
