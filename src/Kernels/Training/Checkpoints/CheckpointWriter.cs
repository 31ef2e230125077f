using System.Text;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Takes the state of a run into a stream.</summary>
internal sealed class CheckpointWriter(Stream stream) : CheckpointState
{
    /// <inheritdoc/>
    public override bool IsReading => false;

    /// <inheritdoc/>
    public override void Part(string name)
    {
        stream.WriteByte((byte)name.Length);
        stream.Write(Encoding.ASCII.GetBytes(name));
    }

    /// <inheritdoc/>
    protected override void Bytes(Span<byte> bytes) => stream.Write(bytes);
}
