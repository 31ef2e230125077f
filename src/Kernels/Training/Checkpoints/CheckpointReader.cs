using System.Text;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Gives a run the state of another one. Whatever is wrong with it ends in a <see cref="FormatException"/>, and memory is never claimed beyond what the stream holds.</summary>
internal sealed class CheckpointReader(Stream stream) : CheckpointState
{
    /// <inheritdoc/>
    public override bool IsReading => true;

    /// <summary>Throws unless all is read.</summary>
    public void CheckEnd()
    {
        if (stream.ReadByte() >= 0)
        {
            throw new FormatException("more follows its last number");
        }
    }

    /// <inheritdoc/>
    public override void Part(string name)
    {
        byte length = 0;
        Value(ref length);
        byte[] other = new byte[length];
        Bytes(other);
        if (!other.AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(name)))
        {
            throw new FormatException($"it has the part '{Excerpt.Of(Encoding.ASCII.GetString(other))}' where this run has '{name}'");
        }
    }

    /// <inheritdoc/>
    protected override void Bytes(Span<byte> bytes)
    {
        try
        {
            stream.ReadExactly(bytes);
        }
        catch (EndOfStreamException exception)
        {
            throw new FormatException("it ends too early", exception);
        }
    }
}
