using System.Globalization;
using System.Text;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Writes a model's content; refuses what <see cref="PayloadReader"/> would.</summary>
internal sealed class PayloadWriter : BinaryWriter
{
    private PayloadWriter(Stream content)
        : base(content, Encoding.UTF8, leaveOpen: true)
    {
    }

    public static void Write(Stream stream, Action<BinaryWriter> content)
    {
        using var writer = new PayloadWriter(stream);
        content(writer);
    }

    public override void Write(string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        if (length > PayloadReader.MaxTextLength)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture, $"The text '{Excerpt.Of(value)}' of {length:N0} bytes is too long for a model file, which keeps at most {PayloadReader.MaxTextLength:N0}. Give the class, slot or column a shorter name."));
        }

        base.Write(value);
    }
}
