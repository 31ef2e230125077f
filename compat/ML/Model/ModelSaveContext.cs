using System.IO.Compression;
using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Where a component writes itself: a folder of a zip file with its own block, binary streams and sub-models.</summary>
public sealed class ModelSaveContext : IDisposable
{
    private readonly ZipArchive _archive;
    private readonly string _folder;
    private readonly MemoryStream _block = new();
    private VersionInfo _version;

    internal readonly BinaryWriter Writer;

    private ModelSaveContext(ZipArchive archive, string folder)
    {
        _archive = archive;
        _folder = folder;
        Writer = new BinaryWriter(_block, Encoding.UTF8);
    }

    internal static void SaveModel(ZipArchive archive, ICanSaveModel model, string folder)
    {
        using var ctx = new ModelSaveContext(archive, folder);
        model.Save(ctx);
        ctx.Done();
    }

    /// <summary>Checks that the component has written nothing yet.</summary>
    internal void CheckAtModel() => Contracts.Check(_block.Position == 0, "The model has been written to already.");

    internal void SetVersionInfo(VersionInfo ver) => _version = ver;

    internal void SaveModel<T>(T value, string name) where T : class, ICanSaveModel
    {
        if (value != null)
            SaveModel(_archive, value, $"{_folder}/{name}");
    }

    internal void SaveBinaryStream(string name, Action<BinaryWriter> action)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        Contracts.CheckValue(action, nameof(action));
        // Through memory, as the archive has one entry open at a time, but an action may well save another.
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer, Encoding.UTF8);
        action(writer);
        writer.Flush();
        using var entry = _archive.CreateEntry($"{_folder}/{name}").Open();
        buffer.WriteTo(entry);
    }

    public void Dispose() => Writer.Dispose();

    private void Done()
    {
        Contracts.Check(_version.ModelSignature != 0, "ModelSignature not specified!");
        Writer.Flush();
        using var entry = _archive.CreateEntry($"{_folder}/{ModelLoadContext.BlockName}").Open();
        using var header = new BinaryWriter(entry, Encoding.UTF8);
        header.Write(ModelLoadContext.Magic);
        header.Write(_version.ModelSignature);
        header.Write(_version.VerWrittenCur);
        header.Write(_version.VerReadableCur);
        header.Write(_version.LoaderAssemblyName ?? "");
        header.Write(_version.LoaderSignature ?? "");
        header.Write(_block.Length);
        _block.WriteTo(entry);
    }
}
