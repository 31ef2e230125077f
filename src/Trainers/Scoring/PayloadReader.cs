using System.Text;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// Reads a model's content. A text has a limit, and what follows the definition of a network must fit its weights: a small file that unpacks to gigabytes is refused before they are read.
/// </summary>
/// <param name="content">The content.</param>
internal sealed class PayloadReader(HashingStream content) : BinaryReader(content, Encoding.UTF8, leaveOpen: true)
{
    /// <summary>The longest text in bytes: far above any name, and the description of the largest network (<see cref="NetworkDefinition.MaxLayers"/>).</summary>
    public const int MaxTextLength = 1 << 22;

    /// <summary>What a model may hold beside its weights: names and history.</summary>
    private const long MaxOtherLength = 1 << 27;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether all is read.</summary>
    public bool AtEnd => content.Remaining == 0;

    public override string ReadString()
    {
        int length = Read7BitEncodedInt();
        if (length is < 0 or > MaxTextLength)
        {
            throw new InvalidDataException($"it has a text of {length} bytes, where at most {MaxTextLength} are read");
        }

        byte[] bytes = ReadBytes(length);
        return bytes.Length == length ? Strict.GetString(bytes) : throw new EndOfStreamException();
    }

    /// <summary>Reads a network's definition, and checks that what follows can hold its weights and is not much more.</summary>
    /// <exception cref="InsufficientMemoryException">The machine has less memory than the network takes.</exception>
    public NetworkDefinition ReadDefinition()
    {
        var definition = NetworkDefinition.FromJson(ReadString());
        CheckRest(NetworkWeights.WrittenLength(definition));
        try
        {
            Predictor.CheckMemory(definition, maxRows: 1);
        }
        catch (ArgumentException exception)
        {
            // The file is right, the machine is too small.
            throw new InsufficientMemoryException(exception.Message, exception);
        }

        return definition;
    }

    /// <summary>Checks what follows.</summary>
    /// <param name="weights">Bytes that the weights take.</param>
    public void CheckRest(long weights)
    {
        if (content.Remaining < weights)
        {
            throw new EndOfStreamException();
        }

        if (content.Remaining - weights > MaxOtherLength)
        {
            throw new InvalidDataException($"{content.Remaining} bytes follow, but its weights take {weights}");
        }
    }
}
