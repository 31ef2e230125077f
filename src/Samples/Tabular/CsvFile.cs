using System.Globalization;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.CommandLine;

namespace MLNet.GradientTrainers.Samples.Tabular;

/// <summary>Whether the first line of a file names its columns.</summary>
internal enum CsvHeader
{
    /// <summary>It does when none of its cells is a number.</summary>
    Auto,

    /// <summary>It does.</summary>
    Yes,

    /// <summary>It is data; columns are named by their numbers, from 1.</summary>
    No,
}

/// <summary>A file of numbers in columns. Cells are read as numbers only where a column is asked for, so that others may hold anything.</summary>
internal sealed class CsvFile
{
    private readonly string _path;
    private readonly IReadOnlyList<CsvRow> _rows;

    private CsvFile(string path, IReadOnlyList<string> columns, IReadOnlyList<CsvRow> rows, bool hasHeader) =>
        (_path, Columns, _rows, HasHeader) = (path, columns, rows, hasHeader);

    /// <summary>The columns' names; their numbers, from 1, where the file gives none.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Whether the first line was taken as names.</summary>
    public bool HasHeader { get; }

    /// <summary>Number of rows.</summary>
    public int Count => _rows.Count;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; a pipe or a device too.</param>
    /// <param name="header">Whether its first line names the columns.</param>
    /// <param name="limits">How much to read at most; null for the default.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="SampleException">It is missing, empty or too large, or a line has another number of cells than the first one.</exception>
    public static CsvFile Open(string path, CsvHeader header, CsvLimits? limits = null, CancellationToken cancellation = default)
    {
        string full = Path.GetFullPath(path);
        if (!File.Exists(full))
        {
            string what = Directory.Exists(full) ? "is a folder" : "does not exist";
            throw new SampleException($"The file '{full}' {what}. Name a file of comma-separated values with --csv FILE.");
        }

        IReadOnlyList<CsvRow> rows = CsvReader.Read(full, limits ?? CsvLimits.Default, cancellation);
        if (rows.Count == 0)
        {
            throw new SampleException($"The file '{full}' is empty. It must hold rows of numbers, one line each, separated by commas.");
        }

        string[] first = rows[0].Cells;
        bool hasHeader = header == CsvHeader.Yes || (header == CsvHeader.Auto && !first.Any(cell => TryParse(cell, out _)));
        string[] names = [.. first.Select((cell, i) => hasHeader && cell.Length > 0 ? cell : Number(i))];
        if (hasHeader && rows.Count == 1)
        {
            throw new SampleException($"The file '{full}' has a header ({Excerpt.List(names)}) but no rows. Add rows of numbers, or say --header no if its one line is data.");
        }

        string? twice = names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null
            ? new CsvFile(full, names, hasHeader ? [.. rows.Skip(1)] : rows, hasHeader)
            : throw new SampleException($"Line {rows[0].Line} of '{full}' names two columns '{Excerpt.Of(twice)}'. Give each column a name of its own, or say --header no if the line is data.");
    }

    /// <summary>The place of a column by its name; or by its number, from 1, where no column has it as a name.</summary>
    /// <param name="name">The name or number.</param>
    /// <param name="option">The option that asks for it, for the message.</param>
    /// <exception cref="SampleException">There is no such column.</exception>
    public int Find(string name, string option)
    {
        for (int i = 0; i < Columns.Count; i++)
        {
            if (Columns[i] == name)
            {
                return i;
            }
        }

        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= Columns.Count
            ? number - 1
            : throw new SampleException($"{option} is '{Excerpt.Of(name)}', but '{_path}' has no such column. Its columns: {Excerpt.List(Columns)}.{(HasHeader ? "" : " It has no header, so that they are counted.")}");
    }

    /// <summary>The numbers of a column.</summary>
    /// <param name="column">Its place.</param>
    /// <param name="advice">What else than mending a cell helps, for the message; "" for nothing.</param>
    /// <exception cref="SampleException">A cell is no finite number; the message names line and column.</exception>
    public double[] Numbers(int column, string advice = "")
    {
        var numbers = new double[_rows.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            string cell = _rows[i].Cells[column];
            if (!TryParse(cell, out numbers[i]))
            {
                string what = cell.Length == 0 ? "is empty" : $"is '{Excerpt.Of(cell)}'";
                string comma = TryParse(cell.Replace(',', '.'), out _) ? " Decimals stand behind a point, not a comma." : "";
                string header = i == 0 && !HasHeader ? " If the line names the columns, say --header yes." : "";
                throw new SampleException(
                    $"Line {_rows[i].Line}, column '{Excerpt.Of(Columns[column])}' of '{_path}' {what}, but it must be a number such as -1.5 or 2e3, within ±3.4e38.{comma}{header}{(advice.Length == 0 ? "" : " " + advice)}");
            }
        }

        return numbers;
    }

    /// <summary>The cells of a column as they are.</summary>
    public string[] Cells(int column) => [.. _rows.Select(row => row.Cells[column])];

    /// <summary>The numbers of a column, NaN for an empty cell; null where a cell is something else.</summary>
    public float[]? NumbersWithGaps(int column)
    {
        var numbers = new float[_rows.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            string cell = _rows[i].Cells[column];
            if (cell.Length == 0)
            {
                numbers[i] = float.NaN;
            }
            else if (TryParse(cell, out double value))
            {
                numbers[i] = (float)value;
            }
            else
            {
                return null;
            }
        }

        return numbers;
    }

    /// <summary>Numbers that single precision holds, as the columns of a data view do.</summary>
    private static bool TryParse(string cell, out double value) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && Math.Abs(value) <= float.MaxValue;

    private static string Number(int index) => (index + 1).ToString(CultureInfo.InvariantCulture);
}
