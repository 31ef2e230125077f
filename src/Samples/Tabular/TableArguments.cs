using System.CommandLine;
using System.Globalization;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.CommandLine;

namespace MLNet.GradientTrainers.Samples.Tabular;

/// <summary>The options that name the user's own data.</summary>
/// <param name="label">What the label column is for, as the help says it.</param>
/// <param name="features">What the feature columns are for, as the help says it.</param>
internal sealed class TableArguments(string label = "The column to predict", string features = "The columns to predict from")
{
    /// <summary>Characters of a name in tables and figures.</summary>
    private const int NameLength = 30;

    private readonly Option<string?> _csv = SampleOptions.Text("--csv", "FILE", "Your own numbers, separated by commas, semicolons or tabs, instead of the sample's.");
    private readonly Option<string?> _label = SampleOptions.Text("--label", "COLUMN", $"{label}, by its name or its number from 1. [default: the last one]");
    private readonly Option<string?> _features = SampleOptions.Text("--features", "COLUMNS", $"{features}, separated by commas. [default: all others]");
    private readonly Option<string> _header = SampleOptions.Choice(
        "--header", "Whether the first line names the columns; auto: if none of its cells is a number.", "auto", "yes", "no");

    private readonly CsvLimitArguments _limits = new();

    /// <summary>The options, for <see cref="Sample.Options"/>.</summary>
    public IEnumerable<Option> Options => [_csv, _label, _features, _header, .. _limits.Options];

    /// <summary>Whether the user gave a file.</summary>
    public bool IsGiven(SampleRun run) => run.Value(_csv) is not null;

    /// <summary>The path of the user's file; null where none is given.</summary>
    /// <exception cref="SampleException">A column is asked for without a file.</exception>
    public string? FilePath(SampleRun run)
    {
        string? path = run.Value(_csv);
        string? alone = path is not null ? null : run.Value(_label) is not null ? "--label" : run.Value(_features) is not null ? "--features" : null;
        return alone is null ? path : throw new SampleException($"{alone} names a column of a file, but no file is given. Give it with --csv FILE.");
    }

    /// <summary>How much of a file is read.</summary>
    public CsvLimits Limits(SampleRun run) => _limits.Of(run);

    /// <summary>The user's data, or the sample's own.</summary>
    /// <param name="run">The run.</param>
    /// <param name="own">Makes the sample's data.</param>
    /// <param name="width">The number of features that the sample can work with; null for any.</param>
    /// <exception cref="SampleException">The file or a column is missing, a cell is no number, or a column is asked for without a file.</exception>
    public RegressionTable Read(SampleRun run, Func<RegressionTable> own, int? width = null)
    {
        if (Open(run, width) is not { } columns)
        {
            return own();
        }

        var (path, file, label, features) = columns;
        double[] labels = file.Numbers(label, "Mend it, or choose another column with --label.");
        double[][] numbers = [.. features.Select(column => file.Numbers(column, "Mend it, or choose other columns with --features."))];
        return new RegressionTable(
            Excerpt.Name(Path.GetFileName(path), NameLength),
            [.. features.Select(Title)],
            Title(label),
            [.. Enumerable.Range(0, labels.Length).Select(row => numbers.Select(column => column[row]).ToArray())],
            labels);

        string Title(int column) => file.HasHeader ? Excerpt.Name(file.Columns[column], NameLength) : $"column {file.Columns[column]}";
    }

    /// <summary>The user's file with the columns that are chosen; null where none is given.</summary>
    /// <inheritdoc cref="Read"/>
    public (string Path, CsvFile File, int Label, int[] Features)? Open(SampleRun run, int? width = null)
    {
        if (FilePath(run) is not { } path)
        {
            return null;
        }

        return Open(path, Choice(run), _limits.Of(run), width, run.CancellationToken);
    }

    /// <summary>Which columns of a file are chosen, as the user said it.</summary>
    public TableChoice Choice(SampleRun run) => new(run.Value(_label), run.Value(_features), run.Value(_header));

    /// <summary>A file with the columns that are chosen.</summary>
    /// <inheritdoc cref="Read"/>
    public static (string Path, CsvFile File, int Label, int[] Features) Open(string path, TableChoice choice, CsvLimits limits, int? width, CancellationToken cancellationToken)
    {
        var file = CsvFile.Open(path, Enum.Parse<CsvHeader>(choice.Header, ignoreCase: true), limits, cancellationToken);
        if (file.Columns.Count < 2)
        {
            throw new SampleException($"The file '{Path.GetFullPath(path)}' has one column, but a regression needs at least two: one to predict, and one to predict it from.");
        }

        int label = choice.Label is { } name ? file.Find(name, "--label") : file.Columns.Count - 1;
        int[] features = choice.Features is { } names
            ? [.. names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(feature => file.Find(feature, "--features"))]
            : [.. Enumerable.Range(0, file.Columns.Count).Where(column => column != label)];
        Check(file, label, features, width, limits.Columns);
        return (path, file, label, features);
    }

    private static void Check(CsvFile file, int label, int[] features, int? width, int most)
    {
        string columns = Excerpt.List(file.Columns);
        if (features.Length == 0)
        {
            throw new SampleException($"--features names no column. The columns: {columns}.");
        }

        if (features.Contains(label))
        {
            throw new SampleException($"Column '{Excerpt.Of(file.Columns[label])}' is both the label and a feature. Take it out of --features, or choose another --label. The columns: {columns}.");
        }

        if (features.Distinct().Count() < features.Length)
        {
            throw new SampleException($"--features names a column twice: {Excerpt.List([.. features.Select(f => file.Columns[f])])}.");
        }

        if (width is { } wanted && features.Length != wanted)
        {
            throw new SampleException($"This sample predicts from {wanted} column{(wanted == 1 ? "" : "s")}, not from {features.Length}. Choose with --features COLUMN. The columns: {columns}.");
        }

        if (features.Length > most)
        {
            throw new SampleException(string.Create(
                CultureInfo.InvariantCulture, $"There are {features.Length:N0} columns to predict from, more than {most:N0}. Choose fewer with --features, or allow more with {CsvLimitArguments.Columns} N. The columns: {columns}."));
        }
    }
}

/// <summary>Which columns of a file are chosen.</summary>
/// <param name="Label">The column to predict, by its name or number; null for the last one.</param>
/// <param name="Features">The columns to predict from, between commas; null for all others.</param>
/// <param name="Header">Whether the first line names the columns: auto, yes or no.</param>
internal sealed record TableChoice(string? Label, string? Features, string Header);
