using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Reads networks from ONNX files, as PyTorch, Keras (tf2onnx) and this library write them, to go on training them.</summary>
/// <remarks>
/// <para>What is read: one sequence from one input to one output, of Gemm, MatMul and Add, Conv, MaxPool, AveragePool, GlobalAveragePool, ReduceMean over pixels, BatchNormalization,
/// LayerNormalization, Flatten, Reshape, Squeeze, Transpose between channels first and last, Pad before average poolings and convolutions, Dropout, Softmax, Identity; Sub, Mul, Div and Add of constants by
/// feature or channel; Scaler, LinearRegressor and LinearClassifier of the domain ai.onnx.ml; the engine's activations and layer normalization, as an operator or put together from others; and blocks of such sequences that begin at one tensor: residual blocks, which an Add of two
/// ends, also one inside the other, and ensembles, which a Mean of sequences of the same layers ends.</para>
/// <para>https://github.com/onnx/onnx/blob/main/docs/Operators.md.</para>
/// </remarks>
public static class OnnxModel
{
    private const int Block = 1 << 20;

    /// <summary>Reads a network.</summary>
    /// <param name="path">The file.</param>
    /// <param name="inputShape">The shape of one row, for a file that leaves it open; null takes the file's.</param>
    /// <param name="output">The output to read, where the file has several, for example <c>Score</c>; null takes the only one.</param>
    /// <exception cref="ArgumentException">The file has no such output; the message lists those it has.</exception>
    /// <exception cref="FormatException">The file is damaged or no ONNX file.</exception>
    /// <exception cref="NotSupportedException">The file holds what no network here computes; the message names the node, its operation and the reason. Or its weights are in other files.</exception>
    /// <exception cref="IOException">The path is a folder, or the file can't be read.</exception>
    public static OnnxNetwork ToNetwork(string path, TensorShape? inputShape = null, string? output = null)
    {
        return NamedFile.Read(path, stream => ToNetwork(stream, inputShape, output));
    }

    /// <summary>Reads a network. Memory grows with what the stream holds, and never beyond some times that.</summary>
    /// <param name="stream">The file, to its end; at most 2 GiB.</param>
    /// <param name="inputShape">The shape of one row, for a file that leaves it open; null takes the file's.</param>
    /// <param name="output">The output to read, where the file has several, for example <c>Score</c>; null takes the only one.</param>
    /// <inheritdoc cref="ToNetwork(string, TensorShape, string)" path="/exception"/>
    public static OnnxNetwork ToNetwork(Stream stream, TensorShape? inputShape = null, string? output = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new OnnxImport(OnnxGraph.Read(ReadAll(stream), output), inputShape).Run();
    }

    private static ReadOnlyMemory<byte> ReadAll(Stream stream)
    {
        long known = stream.CanSeek ? stream.Length - stream.Position : 0;
        byte[] bytes = new byte[Math.Max(Block, known <= Array.MaxLength - 1 ? known + 1 : throw TooLong())];
        int length = 0;
        for (int got; (got = stream.Read(bytes, length, bytes.Length - length)) > 0;)
        {
            length += got;
            if (length == bytes.Length)
            {
                Array.Resize(ref bytes, length < Array.MaxLength ? (int)Math.Min(Array.MaxLength, 2L * length) : throw TooLong());
            }
        }

        return bytes.AsMemory(0, length);
    }

    private static FormatException TooLong() => new(string.Create(CultureInfo.InvariantCulture, $"The file is longer than {Array.MaxLength:N0} bytes, more than an ONNX file may be."));
}
