namespace Microsoft.ML.Runtime;

/// <summary>Argument and state checks with the exception types that ML.NET documents for each kind of mistake.</summary>
internal static class Contracts
{
    public static void CheckValue(object value, string name)
    {
        if (value is null)
            throw Mark(new ArgumentNullException(name));
    }

    public static void CheckNonEmpty(string value, string name)
    {
        if (string.IsNullOrEmpty(value))
            throw ExceptParam(name, $"{name} cannot be null or empty");
    }

    public static void CheckParam(bool condition, string name, string message = null)
    {
        if (!condition)
            throw ExceptParam(name, message);
    }

    public static void Check(bool condition, string message)
    {
        if (!condition)
            throw Mark(new InvalidOperationException(message));
    }

    public static void CheckDecode(bool condition, string message)
    {
        if (!condition)
            throw Mark(new FormatException(message));
    }

    public static Exception ExceptParam(string name, string message) => Mark(new ArgumentOutOfRangeException(name, message));

    public static Exception ExceptSchemaMismatch(string paramName, string role, string column)
        => ExceptParam(paramName, $"Could not find {role} column '{column}'");

    public static Exception ExceptSchemaMismatch(string paramName, string role, string column, string expected, string actual)
        => ExceptParam(paramName, $"Schema mismatch for {role} column '{column}': expected {expected}, got {actual}");

    /// <summary>Marks an exception as thrown on purpose, in distinction from those that escape a component.</summary>
    public static Exception Mark(Exception e)
    {
        e.Data["ML_IsMarked"] = true;
        return e;
    }

    public static bool IsMarked(Exception e) => e?.Data.Contains("ML_IsMarked") ?? false;
}
