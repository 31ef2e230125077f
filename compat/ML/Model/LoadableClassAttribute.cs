namespace Microsoft.ML;

/// <summary>The signature of classes that load from a model file.</summary>
internal delegate void SignatureLoadModel(ModelLoadContext ctx);

/// <summary>Announces that <see cref="LoaderType"/> makes components for the given names, by a static Create or a constructor.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class LoadableClassAttribute : Attribute
{
    public LoadableClassAttribute(Type instType, Type argType, Type sigType, string userName, params string[] loadNames)
        : this(instType, instType, argType, sigType, userName, loadNames) { }

    public LoadableClassAttribute(Type instType, Type loaderType, Type argType, Type sigType, string userName, params string[] loadNames)
    {
        InstanceType = instType;
        LoaderType = loaderType;
        ArgType = argType;
        SigType = sigType;
        UserName = userName;
        LoadNames = loadNames.Length > 0 ? loadNames : [userName];
    }

    public Type InstanceType { get; }
    public Type LoaderType { get; }
    public Type ArgType { get; }
    public Type SigType { get; }
    public string UserName { get; }
    public string[] LoadNames { get; }
}
