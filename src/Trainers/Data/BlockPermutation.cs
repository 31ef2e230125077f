namespace MLNet.GradientTrainers;

/// <summary>A generator that makes a Fisher–Yates shuffle, from the first place to the last, end in a wanted order: it tells at each place how far behind it the wanted item lies.</summary>
internal sealed class BlockPermutation : Random
{
    private readonly int[] _wanted;
    private readonly int[] _items;
    private readonly int[] _places;
    private int _place;

    /// <param name="wanted">Each number below its length once.</param>
    public BlockPermutation(int[] wanted)
        : base(1)
    {
        _wanted = wanted;
        _items = [.. Enumerable.Range(0, wanted.Length)];
        _places = [.. _items];
    }

    /// <summary>A wanted order that begins with some items, and goes on with the others in turn.</summary>
    /// <param name="first">Numbers below <paramref name="count"/>, each at most once.</param>
    /// <param name="count">How many items there are.</param>
    public static int[] Complete(IReadOnlyList<int> first, int count)
    {
        bool[] named = new bool[count];
        foreach (int item in first)
        {
            named[item] = true;
        }

        return [.. first, .. Enumerable.Range(0, count).Where(item => !named[item])];
    }

    public override int Next(int maxValue)
    {
        if (_place >= _wanted.Length || maxValue != _wanted.Length - _place)
        {
            throw new InvalidOperationException($"A shuffle of {_wanted.Length} blocks was expected to draw one of {_wanted.Length - _place} next, but it draws one of {maxValue}.");
        }

        int item = _wanted[_place];
        int from = _places[item];
        int other = _items[_place];
        (_items[_place], _items[from]) = (item, other);
        (_places[item], _places[other]) = (_place, from);
        return from - _place++;
    }
}
