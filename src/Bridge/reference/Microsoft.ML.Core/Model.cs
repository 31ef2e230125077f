namespace Microsoft.ML;

public interface ICanSaveModel
{
    void Save(ModelSaveContext ctx);
}

public sealed class ModelSaveContext
{
    private ModelSaveContext() => throw null;

    public readonly BinaryWriter Writer;

    public void CheckAtModel() => throw null;

    public void SetVersionInfo(VersionInfo ver) => throw null;

    public void SaveBinaryStream(string name, Action<BinaryWriter> action) => throw null;
}

public sealed class ModelLoadContext
{
    private ModelLoadContext() => throw null;

    public readonly BinaryReader Reader;

    public void CheckAtModel(VersionInfo ver) => throw null;

    public bool TryLoadBinaryStream(string name, Action<BinaryReader> action) => throw null;
}

public readonly struct VersionInfo
{
    public VersionInfo(string modelSignature, uint verWrittenCur, uint verReadableCur, uint verWeCanReadBack,
        string loaderAssemblyName, string loaderSignature = null, string loaderSignatureAlt = null) => throw null;
}

public delegate void SignatureLoadModel(ModelLoadContext ctx);

[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class LoadableClassAttribute : Attribute
{
    public LoadableClassAttribute(Type instType, Type loaderType, Type argType, Type sigType, string userName, params string[] loadNames) => throw null;
}
