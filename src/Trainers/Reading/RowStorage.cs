namespace MLNet.GradientTrainers;

/// <summary>Where a trainer keeps the rows of a fit.</summary>
public enum RowStorage
{
    /// <summary>In memory as long as they take no more than half of what is free, or than a limit that is given; else as <see cref="Streamed"/>. What was chosen is told.</summary>
    Auto,

    /// <summary>In memory, whatever they take.</summary>
    InMemory,

    /// <summary>
    /// In a temporary file, written once, of which parts are in memory at a time; data that lies in a file that can be read again by blocks (IDX, Parquet, ML.NET's binary files) is read there. Rows are shuffled within windows of random parts of the file: see
    /// docs/scale.md. Rows that fit into the limit are shuffled as a whole, to the same bits as in memory.
    /// </summary>
    Streamed,
}
