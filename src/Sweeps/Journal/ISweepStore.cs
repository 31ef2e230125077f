namespace MLNet.GradientTrainers.Sweeps;

/// <summary>Where a sweep keeps what outlives its process: the lines of its journal, and files beside it, such as the best model.</summary>
internal interface ISweepStore
{
    /// <summary>The name by which messages know the journal, without quotes.</summary>
    string Name { get; }

    /// <summary>What a user gives to have another one, in a word.</summary>
    string Address { get; }

    /// <summary>Opens the journal, which no other sweep may have open.</summary>
    /// <param name="resume">Whether one that is there is gone on with; if not, it is an error.</param>
    /// <exception cref="InvalidDataException">What is there is no journal.</exception>
    /// <exception cref="IOException">There is one and it is not to be resumed, or it is in use, or can't be written.</exception>
    IJournalLines Open(bool resume);

    /// <summary>The bytes of a file; null where there is none.</summary>
    Stream? Read(string file);

    /// <summary>Writes a file as a whole, or leaves the one of before.</summary>
    void Write(string file, Action<Stream> write);

    /// <summary>Removes a file, where there is one.</summary>
    void Delete(string file);

    /// <summary>The names of all files.</summary>
    IReadOnlyList<string> Files();
}

/// <summary>The lines of a journal that is open.</summary>
internal interface IJournalLines : IDisposable
{
    /// <summary>The whole lines of before, in UTF-8.</summary>
    IReadOnlyList<ReadOnlyMemory<byte>> Lines { get; }

    /// <summary>The lines of before are good: what a crash has left behind them goes, and new ones follow.</summary>
    void Accept();

    /// <summary>Adds a line, which outlives the process from then on.</summary>
    /// <param name="line">The line, without an end.</param>
    /// <param name="toDisk">Whether it is also to outlive the machine: waits for the disk.</param>
    void Append(string line, bool toDisk);
}
