using System.Numerics;

namespace MLNet.GradientTrainers;

/// <summary>Values at a few places of sorted numbers, without sorting all of them (C. A. R. Hoare, "Algorithm 65: Find", 1961).</summary>
internal static class OrderStatistic
{
    /// <summary>The value that stands at a place once the numbers are sorted. Linear time, where the numbers are not made to be slow; never more than about a sort's.</summary>
    /// <param name="values">Numbers, none of them NaN; afterwards those before the place are not larger than the one at it, and those behind not smaller.</param>
    /// <param name="place">In [0, count).</param>
    public static float At(Span<float> values, int place)
    {
        int first = 0;
        int last = values.Length - 1;
        for (int rounds = 3 * (BitOperations.Log2((uint)values.Length) + 1); first < last; rounds--)
        {
            if (rounds == 0)
            {
                values[first..(last + 1)].Sort();
                break;
            }

            float pivot = Middle(values[first], values[first + ((last - first) / 2)], values[last]);
            int i = first;
            int j = last;
            while (i <= j)
            {
                while (values[i] < pivot)
                {
                    i++;
                }

                while (values[j] > pivot)
                {
                    j--;
                }

                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }
            }

            if (place <= j)
            {
                last = j;
            }
            else if (place >= i)
            {
                first = i;
            }
            else
            {
                break;
            }
        }

        return values[place];
    }

    private static float Middle(float a, float b, float c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
