using System.IO.Compression;
using System.Reflection;
using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Where a component reads what it wrote to its <see cref="ModelSaveContext"/>.</summary>
internal sealed class ModelLoadContext : IDisposable
{
    internal const string BlockName = "Model.key";
    // "MLCOMPAT": this format is the stand-in's own, not ML.NET's.
    internal const ulong Magic = 0x5441504D4F434C4D;

    private readonly ZipArchive _archive;
    private readonly string _folder;
    private readonly ulong _signature;
    private readonly uint _written;
    private readonly uint _readable;
    private readonly string _loaderAssembly;
    private readonly string _loader;

    public readonly BinaryReader Reader;

    private ModelLoadContext(ZipArchive archive, string folder, ZipArchiveEntry block)
    {
        _archive = archive;
        _folder = folder;
        using var header = new BinaryReader(ReadEntry(block), Encoding.UTF8);
        Contracts.CheckDecode(header.ReadUInt64() == Magic, $"Entry '{block.FullName}' is not a model of this library.");
        _signature = header.ReadUInt64();
        _written = header.ReadUInt32();
        _readable = header.ReadUInt32();
        _loaderAssembly = header.ReadString();
        _loader = header.ReadString();
        long length = header.ReadInt64();
        var stream = (MemoryStream)header.BaseStream;
        Contracts.CheckDecode(length == stream.Length - stream.Position, $"Entry '{block.FullName}' has {stream.Length - stream.Position} bytes of model where {length} were written: the file is corrupt.");
        Reader = new BinaryReader(new MemoryStream(stream.GetBuffer(), (int)stream.Position, (int)length, writable: false), Encoding.UTF8);
    }

    /// <summary>Checks that the component is at the start of its block.</summary>
    public void CheckAtModel() => Contracts.Check(Reader.BaseStream.Position == 0, "The model has been read from already.");

    /// <summary>The same, and that the block has the component's format in a version that the component reads.</summary>
    public void CheckAtModel(VersionInfo ver)
    {
        CheckAtModel();
        Contracts.CheckDecode(_signature == ver.ModelSignature, "Unknown file type");
        Contracts.CheckDecode(_readable <= _written, "Corrupt file header");
        Contracts.CheckDecode(_readable <= ver.VerWrittenCur, "Cause: the file was written by a newer version, which this one cannot read.");
        Contracts.CheckDecode(_written >= ver.VerWeCanReadBack, "Cause: the file was written by an older version, which is no longer read.");
    }

    /// <summary>Reads a binary stream of the component; false where the file has none of that name.</summary>
    public bool TryLoadBinaryStream(string name, Action<BinaryReader> action)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        Contracts.CheckValue(action, nameof(action));
        if (_archive.GetEntry($"{_folder}/{name}") is not { } entry)
            return false;
        using var reader = new BinaryReader(ReadEntry(entry), Encoding.UTF8);
        action(reader);
        return true;
    }

    public void LoadModel<TRes, TSig>(IHostEnvironment env, out TRes result, string name) where TRes : class
        => LoadModel<TRes, TSig>(env, out result, _archive, $"{_folder}/{name}");

    public static void LoadModel<TRes, TSig>(IHostEnvironment env, out TRes result, ZipArchive archive, string folder) where TRes : class
    {
        var block = archive.GetEntry($"{folder}/{BlockName}");
        Contracts.CheckDecode(block != null, $"Corrupt model file: it has no entry '{folder}/{BlockName}'.");
        using var ctx = new ModelLoadContext(archive, folder, block);
        if (ctx._loaderAssembly.Length > 0)
            env.ComponentCatalog.RegisterAssembly(Assembly.Load(ctx._loaderAssembly));
        result = env.ComponentCatalog.CreateInstanceOrNull(ctx._loader, typeof(TSig), env, ctx) as TRes;
        Contracts.CheckDecode(result != null, $"Couldn't load model: no class of assembly '{ctx._loaderAssembly}' loads '{ctx._loader}' as {typeof(TRes).Name}.");
    }

    public void Dispose() => Reader.Dispose();

    // Grows with what is really there: the sizes that a corrupt file states are not to be trusted.
    internal static MemoryStream ReadEntry(ZipArchiveEntry entry)
    {
        var memory = new MemoryStream();
        using (var stream = entry.Open())
            stream.CopyTo(memory);
        memory.Position = 0;
        return memory;
    }
}
