using System.Reflection;

namespace Microsoft.ML.Transforms;

/// <summary>Calls a generic method for item types that are known only when the schema is.</summary>
internal static class Generics
{
    /// <summary>Calls the generic method behind <paramref name="anyInstantiation"/> with other type arguments.</summary>
    public static TResult Call<TResult>(Delegate anyInstantiation, Type[] types, params object[] arguments)
        => (TResult)anyInstantiation.Method.GetGenericMethodDefinition().MakeGenericMethod(types)
            .Invoke(anyInstantiation.Target, BindingFlags.DoNotWrapExceptions, null, arguments, null);
}
