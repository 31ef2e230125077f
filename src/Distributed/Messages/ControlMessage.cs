using System.Buffers.Binary;

namespace MLNet.GradientTrainers.Distributed;

/// <summary>What processes tell each other about themselves: all of one length, so that each can be received before it is known what it says.</summary>
internal static class ControlMessage
{
    public const int Length = 2048;
    private const int Text = 5;

    /// <summary>Writes a message.</summary>
    /// <param name="bytes">Receives it.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="rank">Whom it is about.</param>
    /// <param name="text">Why; cut where it is too long.</param>
    public static void Write(Span<byte> bytes, ControlKind kind, int rank, string text = "")
    {
        bytes[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(bytes[1..], rank);
        CutText.Write(bytes[Text..], text);
    }

    /// <summary>Reads a message.</summary>
    public static (ControlKind Kind, int Rank, string Text) Read(ReadOnlySpan<byte> bytes) =>
        ((ControlKind)bytes[0], BinaryPrimitives.ReadInt32LittleEndian(bytes[1..]), CutText.Read(bytes[Text..]));
}

/// <summary>What a control message says.</summary>
internal enum ControlKind : byte
{
    /// <summary>Its sender is there.</summary>
    Alive = 1,

    /// <summary>Its sender has failed.</summary>
    Failed = 2,

    /// <summary>Another process has fallen silent.</summary>
    Lost = 3,

    /// <summary>Its sender has done its work, and sends no more.</summary>
    Done = 4,
}
