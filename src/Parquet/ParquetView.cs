using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>One Parquet file, or several of the same columns, whose row groups can be read in any order.</summary>
internal sealed class ParquetView : IDataView
{
    private readonly int[]? _blocks;

    private ParquetView(ParquetColumn[] columns, (FileState File, int[] Rows)[] files)
    {
        Columns = columns;
        Places = [.. files.SelectMany(file => GroupsOf(file.File, file.Rows))];
        int[] rowsOfGroups = RowsOfGroups = [.. files.SelectMany(file => file.Rows)];
        var builder = new DataViewSchema.Builder();
        foreach (var column in columns)
        {
            builder.AddColumn(column.Name, column.Type);
        }

        Schema = builder.ToSchema();
        Starts = new long[rowsOfGroups.Length + 1];
        for (int i = 0; i < rowsOfGroups.Length; i++)
        {
            Starts[i + 1] = Starts[i] + rowsOfGroups[i];
        }

        // Groups without rows are no blocks.
        Groups = [.. Enumerable.Range(0, rowsOfGroups.Length).Where(group => rowsOfGroups[group] > 0)];
        _blocks = Starts[^1] <= int.MaxValue ? [.. Groups.Select(group => (int)Starts[group]), (int)Starts[^1]] : null;
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => true;

    /// <summary>Where each row group lies.</summary>
    internal GroupPlace[] Places { get; }

    internal ParquetColumn[] Columns { get; }

    /// <summary>The number of rows of each row group.</summary>
    internal int[] RowsOfGroups { get; }

    /// <summary>The first row of each row group, and behind them the number of all rows.</summary>
    internal long[] Starts { get; }

    /// <summary>The row groups that have rows.</summary>
    internal int[] Groups { get; }

    /// <summary>Opens each file, reads what it says of itself, and closes it.</summary>
    /// <param name="paths">Files, folders or patterns.</param>
    /// <param name="names">The columns wanted; null for all that can be.</param>
    public static ParquetView Load(IReadOnlyList<string> paths, IReadOnlyList<string>? names)
    {
        if (names is { Count: 0 })
        {
            throw new ArgumentException("No columns are named: name those wanted, or give null for all that ML.NET has a type for.", "columns");
        }

        ParquetColumn[]? columns = null;
        FileState? first = null;
        var files = new List<(FileState File, int[] Rows)>();
        foreach (string path in ParquetPaths.Find(paths))
        {
            var file = new FileState(path);
            using var source = new ParquetSource(file);
            var (all, rows) = source.Ask(reader => (ParquetColumn.All(reader, names).ToList(), reader.RowGroups.Select(group => checked((int)group.RowCount)).ToArray()));
            ParquetColumn[] own = names is null ? [.. all.Select(column => column.Column).OfType<ParquetColumn>()] : [.. names.Select(name => Named(file, all, name))];
            columns = columns is null ? own : Joined(first!, columns, file, own, rows.Sum(count => (long)count) > 0, files.Exists(other => other.Rows.Any(count => count > 0)));
            first ??= file;
            files.Add((file, rows));
        }

        return new ParquetView(columns!, [.. files]);
    }

    public long? GetRowCount() => Starts[^1];

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = Active(columnsNeeded);
        if (rand is RowBlockOrder order && _blocks is not null)
        {
            order.Answer(_blocks);
            return new ParquetCursor(this, active, [.. order.Blocks.Select(block => Groups[block])], null);
        }

        int[] groups = [.. Groups];
        rand?.Shuffle(groups);
        return new ParquetCursor(this, active, groups, rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        int cursors = Math.Clamp(n, 1, Math.Max(1, Groups.Length));
        if (rand is not null || cursors == 1)
        {
            return [GetRowCursor(columnsNeeded, rand)];
        }

        bool[] active = Active(columnsNeeded);
        return [.. Enumerable.Range(0, cursors).Select(first => new ParquetCursor(this, active, [.. Groups.Where((_, place) => place % cursors == first)], null))];
    }

    internal int CheckedIndex(DataViewSchema.Column column) =>
        column.Index < Schema.Count
            ? column.Index
            : throw new ArgumentException($"Column '{column.Name}' is not in this data view, which has {string.Join(", ", Schema.Select(c => c.Name))}.", nameof(column));

    private static IEnumerable<GroupPlace> GroupsOf(FileState file, int[] rowsOfGroups)
    {
        long first = 0;
        for (int group = 0; group < rowsOfGroups.Length; group++)
        {
            yield return new GroupPlace(file, group, first);
            first += rowsOfGroups[group];
        }
    }

    /// <summary>The columns of files before and of one more: all must have the same, in the same order.</summary>
    private static ParquetColumn[] Joined(FileState first, ParquetColumn[] columns, FileState file, ParquetColumn[] own, bool hasRows, bool hadRows)
    {
        for (int i = 0; i < Math.Max(columns.Length, own.Length); i++)
        {
            if (i >= own.Length || i >= columns.Length || !columns[i].IsReadAs(own[i]))
            {
                string Text(ParquetColumn[] of) => i < of.Length ? of[i].ToString() : "none";
                throw new ArgumentException($"The files have other columns: as number {i + 1} '{first.Path}' has {Text(columns)}, and '{file.Path}' {Text(own)}. Load files of the same columns together, or name those that they share (columns).", "path");
            }
        }

        return [.. columns.Zip(own, (column, other) => column.With(other, hasRows, hadRows))];
    }

    private static ParquetColumn Named(FileState file, List<(string Name, ParquetColumn? Column, string Kind)> columns, string name)
    {
        var (_, column, kind) = columns.Find(column => column.Name == name);
        if (column is not null)
        {
            return column;
        }

        string there = Excerpt.List([.. columns.Where(column => column.Column is not null).Select(column => column.Name)], quote: "'");
        string others = Excerpt.List([.. columns.Where(column => column.Column is null).Select(column => $"{column.Name} ({column.Kind})")]);
        others = others.Length == 0 ? "" : $" Left out, since ML.NET has no type for them: {others}.";
        throw new ArgumentException(
            kind is null
                ? $"'{file.Path}' has no column '{Excerpt.Of(name)}'. It has {(there.Length == 0 ? "none that ML.NET has a type for" : there)}.{others}"
                : $"The column '{name}' of '{file.Path}' is of a type that ML.NET has none for ({kind}). Take others: it has {(there.Length == 0 ? "none" : there)}; or write it as another type, a decimal as a double.",
            nameof(columns));
    }

    private bool[] Active(IEnumerable<DataViewSchema.Column> columnsNeeded)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        var active = new bool[Schema.Count];
        foreach (var column in columnsNeeded)
        {
            active[CheckedIndex(column)] = true;
        }

        return active;
    }
}

/// <summary>Where a row group lies.</summary>
/// <param name="File">The file.</param>
/// <param name="Group">Its number in the file.</param>
/// <param name="FirstRow">The number of its first row in the file.</param>
internal sealed record GroupPlace(FileState File, int Group, long FirstRow);
