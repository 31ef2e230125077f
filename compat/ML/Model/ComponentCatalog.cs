using System.Reflection;

namespace Microsoft.ML.Runtime;

/// <summary>The loadable classes of the assemblies registered so far.</summary>
public sealed class ComponentCatalog
{
    private readonly Lock _lock = new();
    private readonly HashSet<Assembly> _assemblies = [];
    private readonly Dictionary<(string Name, Type Signature), Type> _loaders = [];

    internal ComponentCatalog() => RegisterAssembly(typeof(ComponentCatalog).Assembly);

    /// <summary>Makes the assembly's loadable classes known. To register one again is harmless.</summary>
    public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
    {
        lock (_lock)
        {
            if (!_assemblies.Add(assembly))
                return;
            foreach (var attribute in assembly.GetCustomAttributes<LoadableClassAttribute>())
                foreach (string name in attribute.LoadNames)
                    if (!_loaders.TryAdd((name.ToLowerInvariant(), attribute.SigType), attribute.LoaderType) && throwOnError)
                        throw new InvalidOperationException($"ComponentCatalog cannot map name '{name}' and signature '{attribute.SigType.Name}' to the loader '{attribute.LoaderType}': they are taken.");
        }
    }

    /// <summary>A component made by the loader of that name and signature, or null where there is none.</summary>
    internal object CreateInstanceOrNull(string name, Type signature, IHostEnvironment env, ModelLoadContext ctx)
    {
        Type loader;
        lock (_lock)
            if (!_loaders.TryGetValue((name.ToLowerInvariant(), signature), out loader))
                return null;
        Type[] parameters = [typeof(IHostEnvironment), typeof(ModelLoadContext)];
        const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        try
        {
            return loader.GetMethod("Create", Any | BindingFlags.Static, parameters) is { } create ? create.Invoke(null, [env, ctx])
                : loader.GetConstructor(Any | BindingFlags.Instance, parameters) is { } constructor ? constructor.Invoke([env, ctx])
                : throw new InvalidOperationException($"Loader '{loader}' has neither a static Create nor a constructor with parameters ({nameof(IHostEnvironment)}, {nameof(ModelLoadContext)}).");
        }
        catch (TargetInvocationException e) when (Contracts.IsMarked(e.InnerException))
        {
            throw Contracts.Mark(new InvalidOperationException("Error during class instantiation", e));
        }
    }
}
