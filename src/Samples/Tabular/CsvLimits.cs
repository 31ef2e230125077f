using System.CommandLine;
using MLNet.GradientTrainers.Samples.CommandLine;

namespace MLNet.GradientTrainers.Samples.Tabular;

/// <summary>How much of a file is read before it is refused: a file may be a pipe or a device that never ends. Each limit is an option of the command line.</summary>
internal sealed record CsvLimits
{
    /// <summary>The limits unless the user sets others: about a gigabyte of memory at most.</summary>
    public static CsvLimits Default { get; } = new();

    /// <summary>Bytes of the file.</summary>
    public int Bytes { get; init; } = 200_000_000;

    /// <summary>Characters of a line, or of several lines that a quoted cell joins.</summary>
    public int LineLength { get; init; } = 1_000_000;

    /// <summary>Rows, a header included.</summary>
    public int Rows { get; init; } = 1_000_000;

    /// <summary>Cells of all rows together.</summary>
    public int Cells { get; init; } = 10_000_000;

    /// <summary>Columns to predict from.</summary>
    public int Columns { get; init; } = 1_000;
}

/// <summary>The options that raise or lower the limits.</summary>
internal sealed class CsvLimitArguments
{
    public const string Bytes = "--max-bytes";
    public const string LineLength = "--max-line";
    public const string Rows = "--max-rows";
    public const string Cells = "--max-cells";
    public const string Columns = "--max-columns";

    private readonly Option<int> _bytes = SampleOptions.WholeNumber(Bytes, "A file of more bytes than this is refused.", 1, CsvLimits.Default.Bytes);
    private readonly Option<int> _lineLength = SampleOptions.WholeNumber(LineLength, "A line of more characters than this is refused.", 1, CsvLimits.Default.LineLength);
    private readonly Option<int> _rows = SampleOptions.WholeNumber(Rows, "More rows than this are refused.", 1, CsvLimits.Default.Rows);
    private readonly Option<int> _cells = SampleOptions.WholeNumber(Cells, "More cells than this, of all rows, are refused.", 1, CsvLimits.Default.Cells);
    private readonly Option<int> _columns = SampleOptions.WholeNumber(Columns, "More columns to predict from than this are refused.", 1, CsvLimits.Default.Columns);

    /// <summary>The options, for <see cref="Sample.Options"/>.</summary>
    public IEnumerable<Option> Options => [_rows, _columns, _cells, _lineLength, _bytes];

    /// <summary>The limits.</summary>
    public CsvLimits Of(SampleRun run) => new()
    {
        Bytes = run.Value(_bytes),
        LineLength = run.Value(_lineLength),
        Rows = run.Value(_rows),
        Cells = run.Value(_cells),
        Columns = run.Value(_columns),
    };
}
