using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Parquet;

namespace MLNet.GradientTrainers;

/// <summary>A list of values for each row.</summary>
/// <typeparam name="TFile">The type of an item in the file.</typeparam>
/// <typeparam name="TValue">The type of an item in the view.</typeparam>
/// <param name="column">The column.</param>
/// <param name="convert">Makes the one of the other; null where they are the same.</param>
/// <param name="missing">What a null becomes.</param>
/// <param name="hasMissing">Whether it becomes something at all.</param>
internal sealed class ListReader<TFile, TValue>(ParquetColumn column, Func<TFile, TValue>? convert, TValue missing, bool hasMissing) : ColumnReader(column)
    where TFile : struct
{
    private TFile[] _file = [];
    private TValue[] _values = [];
    private int[] _levels = [];
    private int[] _repetitions = [];
    private int[] _starts = [];

    public override async Task LoadAsync(ParquetRowGroupReader group, long firstRow)
    {
        int entries = Entries(group);
        _file = Room(_file, entries);
        _levels = Room(_levels, entries);
        _repetitions = Room(_repetitions, entries);
        Memory<int>? levels = Field.MaxDefinitionLevel > 0 ? _levels.AsMemory(0, entries) : null;
        await group.ReadRawAsync<TFile>(Field, _file.AsMemory(0, entries), levels, _repetitions.AsMemory(0, entries));
        Cut(entries, checked((int)group.RowCount), firstRow);
    }

    public override Delegate Getter(Func<int> row) => (ValueGetter<VBuffer<TValue>>)((ref VBuffer<TValue> value) =>
    {
        int place = row();
        var items = _values.AsSpan(_starts[place].._starts[place + 1]);
        var editor = VBufferEditor.Create(ref value, items.Length);
        items.CopyTo(editor.Values);
        value = editor.Commit();
    });

    public override int SizeOfRows(int rows)
    {
        int size = rows == 0 ? 0 : _starts[1];
        for (int i = 0; i < rows; i++)
        {
            if (_starts[i + 1] - _starts[i] != size)
            {
                return 0;
            }
        }

        return size;
    }

    /// <summary>An entry that repeats nothing begins a row; below the highest level it is a null, or, below that of an item, no item at all.</summary>
    private void Cut(int entries, int rows, long firstRow)
    {
        int highest = Field.MaxDefinitionLevel;
        int item = Field.IsNullable && !Field.IsArray ? highest - 1 : highest;
        _starts = Room(_starts, rows + 1);
        bool isWhole = convert is null && !_levels.AsSpan(0, highest > 0 ? entries : 0).ContainsAnyExcept(highest);
        if (isWhole)
        {
            // As it was read.
            _values = (TValue[])(object)_file;
        }
        else if (ReferenceEquals(_values, _file) || _values.Length < entries)
        {
            _values = new TValue[entries];
        }

        int row = -1;
        int filled = 0;
        int read = 0;
        for (int i = 0; i < entries; i++)
        {
            if (_repetitions[i] == 0)
            {
                if (++row == rows)
                {
                    break;
                }

                _starts[row] = filled;
                CheckSize(row - 1, firstRow);
            }

            int level = highest > 0 ? _levels[i] : highest;
            if (isWhole)
            {
                filled++;
            }
            else if (level == highest)
            {
                _values[filled++] = convert is null ? Unsafe.As<TFile, TValue>(ref _file[read++]) : convert(_file[read++]);
            }
            else if (level >= item)
            {
                _values[filled++] = hasMissing ? missing : throw Missing(Column.Name, firstRow + row, Column.Type.ToString()!);
            }
        }

        if (row != rows - 1)
        {
            throw new InvalidDataException($"a row group of {rows} rows has {(row < rows ? row + 1 : "more")} lists in '{Column.Name}'");
        }

        _starts[rows] = filled;
        CheckSize(rows - 1, firstRow);
    }

    private void CheckSize(int row, long firstRow)
    {
        if (row >= 0 && Column.Size > 0 && _starts[row + 1] - _starts[row] != Column.Size)
        {
            throw new RowException($"row {firstRow + row} (counted from 0) has {_starts[row + 1] - _starts[row]} values in '{Column.Name}', but those before it have {Column.Size}, and a column of known size was made of it. Give every row the same number of values.");
        }
    }
}
