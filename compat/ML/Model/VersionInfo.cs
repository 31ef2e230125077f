using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>What a component writes about itself: its format, the versions of it, and the class that loads it.</summary>
internal readonly struct VersionInfo
{
    public readonly ulong ModelSignature;
    public readonly uint VerWrittenCur;
    public readonly uint VerReadableCur;
    public readonly uint VerWeCanReadBack;
    public readonly string LoaderAssemblyName;
    public readonly string LoaderSignature;
    public readonly string LoaderSignatureAlt;

    public VersionInfo(string modelSignature, uint verWrittenCur, uint verReadableCur, uint verWeCanReadBack,
        string loaderAssemblyName, string loaderSignature = null, string loaderSignatureAlt = null)
    {
        Contracts.Check(modelSignature?.Length == 8, "Model signature must be eight characters");
        for (int i = 0; i < 8; i++)
            ModelSignature |= (ulong)(byte)modelSignature[i] << (8 * i);
        VerWrittenCur = verWrittenCur;
        VerReadableCur = verReadableCur;
        VerWeCanReadBack = verWeCanReadBack;
        LoaderAssemblyName = loaderAssemblyName;
        LoaderSignature = loaderSignature;
        LoaderSignatureAlt = loaderSignatureAlt;
    }
}
