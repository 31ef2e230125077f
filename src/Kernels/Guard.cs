using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Range checks of public settings, with messages that name the setting, its value and the range.</summary>
internal static class Guard
{
    public static void Positive(double value, string setting, string owner)
    {
        if (!(value > 0) || !double.IsFinite(value))
        {
            throw Out(value, setting, owner, "a finite number above 0");
        }
    }

    public static void NotNegative(double value, string setting, string owner)
    {
        if (!(value >= 0) || !double.IsFinite(value))
        {
            throw Out(value, setting, owner, "a finite number of at least 0");
        }
    }

    public static void Finite(double value, string setting, string owner)
    {
        if (!double.IsFinite(value))
        {
            throw Out(value, setting, owner, "a finite number");
        }
    }

    /// <summary>lowest ≤ value &lt; limit.</summary>
    public static void InRange(double value, double lowest, double limit, string setting, string owner)
    {
        if (!(value >= lowest && value < limit))
        {
            throw Out(value, setting, owner, string.Create(CultureInfo.InvariantCulture, $"in [{lowest}, {limit})"));
        }
    }

    /// <summary>low &lt; value &lt; high.</summary>
    public static void Inside(double value, double low, double high, string setting, string owner)
    {
        if (!(value > low && value < high))
        {
            throw Out(value, setting, owner, string.Create(CultureInfo.InvariantCulture, $"in ({low}, {high})"));
        }
    }

    public static void AtMost(double value, double largest, string setting, string owner)
    {
        if (!(value <= largest))
        {
            throw Out(value, setting, owner, string.Create(CultureInfo.InvariantCulture, $"at most {largest}"));
        }
    }

    public static void AtLeast(int value, int lowest, string setting, string owner)
    {
        if (value < lowest)
        {
            throw Out(value, setting, owner, string.Create(CultureInfo.InvariantCulture, $"at least {lowest}"));
        }
    }

    public static void Limit(double? value, string setting, string owner) => Require(value is null or > 0, value, setting, owner, "above 0, or null for no limit");

    /// <summary>For a limit of Single numbers, which would be 0 if it were smaller.</summary>
    public static void SingleLimit(double? value, string setting, string owner)
    {
        Limit(value, setting, owner);
        Require(value is null || (float)value > 0, value, setting, owner, string.Create(CultureInfo.InvariantCulture, $"at least {float.Epsilon}, what a Single holds, or null for no limit"));
    }

    /// <summary>For a factor of Single numbers, which would be infinite if it were larger.</summary>
    public static void SingleFactor(double value, string setting, string owner)
    {
        NotNegative(value, setting, owner);
        Require(float.IsFinite((float)value), value, setting, owner, string.Create(CultureInfo.InvariantCulture, $"at most {float.MaxValue:G3}, what a Single holds"));
    }

    public static void Threads(int? value, string setting, string owner) => Require(value is null or >= 1, value, setting, owner, "at least 1, or null for all cores");

    public static void Require(bool holds, object? value, string setting, string owner, string wanted)
    {
        if (!holds)
        {
            throw Out(value, setting, owner, wanted);
        }
    }

    private static ArgumentOutOfRangeException Out(object? value, string setting, string owner, string range) =>
        new(setting, value, string.Create(CultureInfo.InvariantCulture, $"{setting} of {owner} is {(value is "" ? "empty" : value ?? "null")}, but it must be {range}."));
}
