using System.Reflection;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Bridge;

[assembly: LoadableClass(typeof(ITransformer), typeof(ModelIO), null, typeof(SignatureLoadModel), "Gradient trainer model", ModelIO.LoaderSignature)]
[assembly: LoadableClass(typeof(BinaryPredictor), typeof(BinaryPredictorIO), null, typeof(SignatureLoadModel), "Gradient trainer binary predictor", BinaryPredictorIO.LoaderSignature)]

namespace MLNet.GradientTrainers.Bridge;

/// <summary>The frame of our transformers in ML.NET's model files: signature, format version, and the class that reads on.</summary>
/// <remarks>
/// ML.NET finds this class by the assembly name in the file. That is the simple name, without a version, so that files
/// outlive updates of the plug-in. The block begins with the format it has, the oldest format whose reader understands it,
/// and the name of the reader.
/// </remarks>
internal static class ModelIO
{
    internal const string LoaderSignature = "MLNet.GradientTrainers";

    /// <summary>The format that is written. Raise it when the frame or the block of any transformer changes.</summary>
    private const int Format = 2;

    /// <summary>The oldest format whose readers understand what is written. Raise it when they would misread it.</summary>
    private const int OldestFormatThatReads = 2;

    /// <summary>The oldest format that is read; those before were of versions that were never published.</summary>
    private const int OldestFormatRead = 2;

    /// <summary>No name of a reader has more bytes.</summary>
    private const int LongestName = 200;

    private const string PlugIn = "MLNet.GradientTrainers";

    /// <summary>What ML.NET keeps for us. Its own version check cannot say what to do, so that it stays at 1 for ever.</summary>
    private static VersionInfo Version(string loader) => new("MGTMODEL", 0x00010001, 0x00010001, 0x00010001, typeof(ModelIO).Assembly.GetName().Name!, loader);

    internal static void WriteHeader(ModelSaveContext ctx, Type reader, string loader = LoaderSignature)
    {
        if (!typeof(IModelReader).IsAssignableFrom(reader) || reader.Assembly.GetName().Name != PlugIn)
            throw new InvalidOperationException($"{reader} cannot be stored as the reader of a model: it must be an {nameof(IModelReader)} of the assembly {PlugIn}.");
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version(loader));
        ctx.Writer.Write(Format);
        ctx.Writer.Write(OldestFormatThatReads);
        ctx.Writer.Write($"{reader.FullName}, {PlugIn}");
    }

    // Called by ML.NET, through reflection.
    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx) => Read(env, ctx, LoaderSignature);

    internal static ITransformer Read(IHostEnvironment env, ModelLoadContext ctx, string loader)
    {
        ctx.CheckAtModel(Version(loader));
        try
        {
            CheckFormat(ctx.Reader.ReadInt32(), ctx.Reader.ReadInt32());
            return CreateReader(ReadName(ctx.Reader)).Read(env, ctx.Reader, ctx.TryLoadBinaryStream);
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException)
        {
            throw new FormatException($"The model file is truncated or corrupt: a part of the {PlugIn} model in it ends before it should or cannot be unpacked. Save the model again, or copy the file again in binary mode.");
        }
    }

    private static void CheckFormat(int format, int oldest)
    {
        if (oldest < 1 || format < oldest)
            throw new FormatException($"The model file is corrupt: it states format {format}, readable since format {oldest}.");
        if (format < OldestFormatRead)
            throw new FormatException($"The model file was written by a version of {PlugIn} before the first published one: it has format {format}, and this version reads formats from {OldestFormatRead}. Train and save the model again.");
        if (oldest > Format)
            throw new FormatException($"The model file was written by a newer version of {PlugIn}: it has format {format}, which readers of format {oldest} and later understand; this version, {typeof(ModelIO).Assembly.GetName().Version}, reads up to format {Format}. Update the package {PlugIn}.");
    }

    /// <summary>What <see cref="BinaryWriter.Write(string)"/> wrote, unless it is too long for a name: a small file may unpack to gigabytes.</summary>
    private static string ReadName(BinaryReader reader)
    {
        int length = reader.Read7BitEncodedInt();
        return length is >= 0 and <= LongestName
            ? Encoding.UTF8.GetString(reader.ReadBytes(length))
            : throw new FormatException($"The model file is corrupt: the name of its reader has {length} bytes.");
    }

    /// <summary>The name comes from a file, so that only readers of the plug-in itself are ever made from it.</summary>
    private static IModelReader CreateReader(string name)
    {
        // What else a file may hold there is not for a message.
        if (name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or ',' or ' ' or '+' or '_')))
            throw new FormatException($"The model file is corrupt: where it names its reader there is no name of a type of the assembly {PlugIn}.");
        int comma = name.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0 || name[(comma + 1)..].Trim() != PlugIn)
            throw new FormatException($"The model file is corrupt: it names '{name}' as its reader, which is no type of the assembly {PlugIn}.");
        var type = Assembly.Load(PlugIn).GetType(name[..comma]);
        if (type is null || !typeof(IModelReader).IsAssignableFrom(type) || type.GetConstructor(Type.EmptyTypes) is not { } constructor)
            throw new FormatException($"The model file names '{name}' as its reader, and this version of {PlugIn} has no such reader. Either the file is corrupt, or it was written by another version of the package.");
        return (IModelReader)constructor.Invoke(null);
    }
}
