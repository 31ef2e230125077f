// Checks that the public surface of the stand-in is a part of ML.NET's own: what compiles against one compiles against the other.
// dotnet run --project compat/ApiCheck -- STANDIN.dll FOLDER_WITH_THE_REAL_ASSEMBLIES
using System.Reflection;
using System.Runtime.Loader;

if (args.Length != 2)
{
    Console.Error.WriteLine("Give two arguments: the stand-in's assembly, and a folder with the assemblies of Microsoft.ML (for instance the output folder of a project that uses the package).");
    return 2;
}

var standIn = Load(Path.GetDirectoryName(Path.GetFullPath(args[0]))!, [args[0]]);
var real = Load(Path.GetFullPath(args[1]), Directory.GetFiles(args[1], "Microsoft.ML*.dll"));
var differences = new List<string>();
foreach (var (name, type) in standIn.OrderBy(t => t.Key))
{
    if (!real.TryGetValue(name, out var counterpart))
    {
        differences.Add($"{name}: not public in ML.NET");
        continue;
    }
    differences.AddRange(Surface(type).Except(Surface(counterpart)).Select(member => $"{name}: {member}: not in ML.NET"));
    // Who implements an interface or an abstract class must implement all of it.
    if (type.IsInterface || type.IsAbstract)
        differences.AddRange(Required(counterpart).Except(Required(type)).Select(member => $"{name}: {member}: must be implemented in ML.NET"));
}
differences.ForEach(Console.WriteLine);
Console.WriteLine($"{standIn.Count} public types, {differences.Count} differences");
return differences.Count == 0 ? 0 : 1;

static Dictionary<string, Type> Load(string folder, IEnumerable<string> files)
{
    var context = new AssemblyLoadContext(folder);
    context.Resolving += (_, name) => File.Exists(Path.Combine(folder, name.Name + ".dll")) ? context.LoadFromAssemblyPath(Path.Combine(folder, name.Name + ".dll")) : null;
    return files.SelectMany(file => context.LoadFromAssemblyPath(Path.GetFullPath(file)).GetExportedTypes()).GroupBy(t => t.FullName!).ToDictionary(g => g.Key, g => g.First());
}

static IEnumerable<string> Surface(Type type)
{
    string kind = type.IsInterface ? "interface" : type.IsEnum ? "enum" : type.IsValueType ? "struct" : type.IsAbstract && type.IsSealed ? "static class"
        : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";
    yield return $"{kind}{Parameters(type.GetGenericArguments())}";
    if (type.BaseType is { IsPublic: true } or { IsNestedPublic: true })
        yield return $"base {Name(type.BaseType)}";
    foreach (var contract in type.GetInterfaces().Where(i => i.IsVisible))
        yield return $"implements {Name(contract)}";
    foreach (var member in type.GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
        if (Describe(member) is { } text)
            yield return text;
}

static IEnumerable<string> Required(Type type)
    => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(m => m.IsAbstract && IsOpen(m)).Select(m => Describe(m, withSpecial: true)!)
        .Concat(type.GetInterfaces().Where(i => type.IsInterface && i.IsVisible).Select(i => $"implements {Name(i)}"));

static bool IsOpen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

static string? Describe(MemberInfo member, bool withSpecial = false) => member switch
{
    // Value types, overrides of object's methods and interface implementations of framework types are compared by their base.
    MethodInfo m when IsOpen(m) && (withSpecial || !m.IsSpecialName) && m.GetBaseDefinition().DeclaringType != typeof(object) && m.GetBaseDefinition().DeclaringType != typeof(ValueType)
        => $"{Modifiers(m)}{Name(m.ReturnType)} {m.Name}{Parameters(m.GetGenericArguments())}({Arguments(m)})",
    ConstructorInfo c when IsOpen(c) && !c.IsStatic => $"{(c.IsPublic ? "" : "protected ")}constructor({Arguments(c)})",
    PropertyInfo p when p.GetAccessors(true).Any(IsOpen)
        => $"{Modifiers(p.GetAccessors(true).First(IsOpen))}{Name(p.PropertyType)} {p.Name}[{string.Join(", ", p.GetIndexParameters().Select(Argument))}] {{{(p.GetMethod is { } g && IsOpen(g) ? " get" : "")}{(p.SetMethod is { } s && IsOpen(s) ? " set" : "")} }}",
    FieldInfo f when f.IsPublic || f.IsFamily
        => $"{(f.IsStatic ? "static " : "")}{(f.IsInitOnly ? "readonly " : "")}{Name(f.FieldType)} {f.Name}{(f.IsLiteral ? $" = {f.GetRawConstantValue()}" : "")}",
    EventInfo e => $"event {Name(e.EventHandlerType!)} {e.Name}",
    _ => null,
};

static string Modifiers(MethodInfo m) => $"{(m.IsPublic ? "" : "protected ")}{(m.IsStatic ? "static " : m.IsAbstract ? "abstract " : m.GetBaseDefinition() != m ? "override " : m is { IsVirtual: true, IsFinal: false } ? "virtual " : "")}";

static string Arguments(MethodBase method) => string.Join(", ", method.GetParameters().Select(Argument));

static string Argument(ParameterInfo p)
    => $"{(p.IsDefined(typeof(ParamArrayAttribute), false) ? "params " : p.IsOut ? "out " : p.IsIn ? "in " : "")}{Name(p.ParameterType)} {p.Name}{(p.HasDefaultValue ? $" = {p.RawDefaultValue ?? "null"}" : "")}";

static string Parameters(Type[] generics) => generics.Length == 0 ? "" : $"<{string.Join(", ", generics.Select(g => g.IsGenericParameter
    ? $"{g.GenericParameterAttributes} {g.Name}: {string.Join(" & ", g.GetGenericParameterConstraints().Select(Name))}" : Name(g)))}>";

static string Name(Type type) => type.IsGenericParameter ? type.Name
    : type.HasElementType ? Name(type.GetElementType()!) + (type.IsByRef ? "&" : type.IsPointer ? "*" : "[]")
    : type.IsGenericType ? $"{type.Namespace}.{(type.DeclaringType is { } d ? d.Name + "." : "")}{type.Name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
    : type.FullName!;
