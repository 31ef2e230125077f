using System.Runtime.CompilerServices;

namespace Microsoft.ML.Transforms;

/// <summary>The raw values of key columns as numbers and back.</summary>
internal static class KeyValue
{
    public static ulong ToNumber<TKey>(TKey key) => Unsafe.SizeOf<TKey>() switch
    {
        1 => Unsafe.As<TKey, byte>(ref key),
        2 => Unsafe.As<TKey, ushort>(ref key),
        4 => Unsafe.As<TKey, uint>(ref key),
        _ => Unsafe.As<TKey, ulong>(ref key),
    };

    public static TKey FromNumber<TKey>(ulong number)
    {
        TKey key = default;
        switch (Unsafe.SizeOf<TKey>())
        {
            case 1: Unsafe.As<TKey, byte>(ref key) = (byte)number; break;
            case 2: Unsafe.As<TKey, ushort>(ref key) = (ushort)number; break;
            case 4: Unsafe.As<TKey, uint>(ref key) = (uint)number; break;
            default: Unsafe.As<TKey, ulong>(ref key) = number; break;
        }
        return key;
    }
}
