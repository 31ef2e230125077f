using System.Runtime.ExceptionServices;

namespace MLNet.GradientTrainers;

/// <summary>A stream to write to that remembers the first failure, so that nobody can swallow it.</summary>
/// <param name="inner">Where to write; closed with this.</param>
internal sealed class WatchedStream(Stream inner) : Stream
{
    private ExceptionDispatchInfo? _failure;

    public override bool CanRead => false;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => Watch(() => inner.Position = value);
    }

    public void ThrowIfFailed() => _failure?.Throw();

    public override void Write(byte[] buffer, int offset, int count) => Watch(() => inner.Write(buffer, offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch (IOException exception)
        {
            Keep(exception);
            throw;
        }
    }

    public override async Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        await WriteAsync(buffer.AsMemory(offset, count), cancellationToken).ConfigureAwait(false);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            Keep(exception);
            throw;
        }
    }

    public override void Flush() => Watch(inner.Flush);

    public override void SetLength(long value) => Watch(() => inner.SetLength(value));

    public override long Seek(long offset, SeekOrigin origin)
    {
        long position = 0;
        Watch(() => position = inner.Seek(offset, origin));
        return position;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The stream is to be written.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Watch(inner.Dispose);
        }

        base.Dispose(disposing);
    }

    private void Watch(Action action)
    {
        try
        {
            action();
        }
        catch (IOException exception)
        {
            Keep(exception);
            throw;
        }
    }

    private void Keep(IOException exception) => _failure ??= ExceptionDispatchInfo.Capture(exception);
}
