using System.Collections;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>An endless sequence whose next element is what was last put in: a view of it can be read row by row for ever, without being made anew for each row.</summary>
internal sealed class Feed<T> : IEnumerable<T>, IEnumerator<T>
    where T : class
{
    /// <summary>The row that comes next, and all after it until another one is put in.</summary>
    public T Next { get; set; } = null!;

    public T Current => Next;

    object IEnumerator.Current => Next;

    public bool MoveNext() => true;

    public void Reset()
    {
    }

    public void Dispose()
    {
    }

    public IEnumerator<T> GetEnumerator() => this;

    IEnumerator IEnumerable.GetEnumerator() => this;
}
