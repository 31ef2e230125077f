using System.Reflection;
using ILGPU;

namespace MLNet.GradientTrainers.Kernels.Gpu.Tests;

/// <summary>All kernels of the back end, made for all rules that there are.</summary>
internal static class KernelMethods
{
    private const BindingFlags Any = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Type[] s_structs = [.. new[] { typeof(IBackend<>).Assembly, typeof(GpuBackend).Assembly }
        .SelectMany(assembly => assembly.GetTypes())
        .Where(type => type.IsValueType && !type.ContainsGenericParameters)];

    /// <summary>The kernels: static methods whose names end with Kernel.</summary>
    public static IEnumerable<MethodInfo> All() => typeof(GpuBackend).Assembly.GetTypes()
        .Where(type => !type.ContainsGenericParameters)
        .SelectMany(type => type.GetMethods(Any))
        .Where(method => method.Name.EndsWith("Kernel", StringComparison.Ordinal))
        .SelectMany(Made);

    /// <summary>Whether a kernel runs once for each index, and not in groups that share memory.</summary>
    public static bool IsOfIndices(MethodInfo kernel) => kernel.GetParameters()[0].ParameterType == typeof(Index1D);

    /// <summary>A generic kernel with each of the types that one of its parameters may be, the others being the first that they may be.</summary>
    private static IEnumerable<MethodInfo> Made(MethodInfo kernel)
    {
        if (!kernel.IsGenericMethodDefinition)
        {
            return [kernel];
        }

        Type[][] candidates = [.. kernel.GetGenericArguments().Select(Candidates)];
        return Enumerable.Range(0, candidates.Length)
            .SelectMany(varied => candidates[varied].Select(type => kernel.MakeGenericMethod([.. candidates.Select((types, i) => i == varied ? type : types[0])])))
            .DistinctBy(method => method.ToString());
    }

    private static Type[] Candidates(Type parameter)
    {
        Type[] interfaces = [.. parameter.GetGenericParameterConstraints().Where(constraint => constraint.IsInterface)];
        Type[] found = [.. s_structs.Where(type => interfaces.All(wanted => Implements(type, wanted)))];
        return interfaces.Length > 0 && found.Length > 0 ? found : throw new InvalidOperationException($"Nothing fits the type parameter {parameter} of {parameter.DeclaringMethod}.");
    }

    /// <summary>Whether a type implements an interface, which may be one of the type itself.</summary>
    private static bool Implements(Type type, Type wanted) => wanted.ContainsGenericParameters
        ? type.GetInterfaces().Any(own => own.IsGenericType && own.GetGenericTypeDefinition() == wanted.GetGenericTypeDefinition())
        : wanted.IsAssignableFrom(type);
}
