using System.Globalization;
using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>
/// ML.NET's standard conversions: whole numbers to ones of the same signedness, any number and Boolean to Single and Double, numbers to
/// Boolean, everything to text and text to everything. What does not fit: an unsigned number becomes 0, a signed one wraps.
/// </summary>
internal static class Conversions
{
    private static readonly Dictionary<(Type From, Type To), Delegate> s_table = MakeTable();

    public static bool Exists(Type from, Type to) => s_table.ContainsKey((from, to));

    public static Func<TSource, TResult> Get<TSource, TResult>() => (Func<TSource, TResult>)s_table[(typeof(TSource), typeof(TResult))];

    /// <summary>NaN for Single and Double, otherwise the default value.</summary>
    public static T Missing<T>() => typeof(T) == typeof(float) ? (T)(object)float.NaN : typeof(T) == typeof(double) ? (T)(object)double.NaN : default;

    public static bool IsMissing<T>(T value, bool isKey) => value switch
    {
        float number => float.IsNaN(number),
        double number => double.IsNaN(number),
        ReadOnlyMemory<char> text => text.IsEmpty,
        _ => isKey && EqualityComparer<T>.Default.Equals(value, default),
    };

    /// <summary>A value as the text of a key value annotation.</summary>
    public static ReadOnlyMemory<char> ToText<T>(T value) => (value switch
    {
        float number => float.IsNaN(number) ? "?" : number.ToString("R", CultureInfo.InvariantCulture),
        double number => double.IsNaN(number) ? "?" : number.ToString("G17", CultureInfo.InvariantCulture),
        bool flag => flag ? "1" : "0",
        DateTime time => time.ToString("o", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("o", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    }).AsMemory();

    private static Dictionary<(Type, Type), Delegate> MakeTable()
    {
        var table = new Dictionary<(Type, Type), Delegate>();
        Signed<sbyte>();
        Signed<short>();
        Signed<int>();
        Signed<long>();
        Unsigned<byte>();
        Unsigned<ushort>();
        Unsigned<uint>();
        Unsigned<ulong>();
        Real<float>("G7");
        Real<double>("G17");
        Add((bool x) => (sbyte)(x ? 1 : 0));
        Add((bool x) => (short)(x ? 1 : 0));
        Add((bool x) => x ? 1 : 0);
        Add((bool x) => x ? 1L : 0L);
        Add((bool x) => x ? 1f : 0f);
        Add((bool x) => x ? 1d : 0d);
        Add((bool x) => x);
        Add((bool x) => x.ToString().AsMemory());
        Add((ReadOnlyMemory<char> x) => x);
        Parse<bool>();
        Parse<TimeSpan>();
        Parse<DateTime>();
        Parse<DateTimeOffset>();
        return table;

        void Add<TSource, TResult>(Func<TSource, TResult> convert) => table.Add((typeof(TSource), typeof(TResult)), convert);

        void Signed<T>() where T : INumber<T>
        {
            Add((T x) => sbyte.CreateTruncating(x));
            Add((T x) => short.CreateTruncating(x));
            Add((T x) => int.CreateTruncating(x));
            Add((T x) => long.CreateTruncating(x));
            Number<T>("G");
            Add((ReadOnlyMemory<char> text) => TextParsing.Get<T>()(text, out var value) ? value
                : throw new InvalidOperationException($"Value could not be parsed from text to {typeof(T).Name}."));
        }

        void Unsigned<T>() where T : INumber<T>
        {
            Add((T x) => byte.CreateTruncating(x) is var y && T.CreateTruncating(y) == x ? y : (byte)0);
            Add((T x) => ushort.CreateTruncating(x) is var y && T.CreateTruncating(y) == x ? y : (ushort)0);
            Add((T x) => uint.CreateTruncating(x) is var y && T.CreateTruncating(y) == x ? y : 0u);
            Add((T x) => ulong.CreateTruncating(x));
            Number<T>("G");
            Parse<T>();
        }

        void Real<T>(string format) where T : INumber<T>
        {
            Number<T>(format);
            Parse<T>();
        }

        void Number<T>(string format) where T : INumber<T>
        {
            Add((T x) => float.CreateTruncating(x));
            Add((T x) => double.CreateTruncating(x));
            Add((T x) => x != T.Zero);
            Add((T x) => x.ToString(format, CultureInfo.InvariantCulture).AsMemory());
        }

        void Parse<T>()
        {
            var parse = TextParsing.Get<T>();
            Add((ReadOnlyMemory<char> text) => parse(text, out var value) ? value : Missing<T>());
        }
    }
}
