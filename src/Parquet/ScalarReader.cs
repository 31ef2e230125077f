using Microsoft.ML;
using Microsoft.ML.Data;
using Parquet;

namespace MLNet.GradientTrainers;

/// <summary>A value for each row.</summary>
/// <typeparam name="TFile">The type in the file.</typeparam>
/// <typeparam name="TValue">The type in the view.</typeparam>
/// <param name="column">The column.</param>
/// <param name="convert">Makes the one of the other.</param>
/// <param name="missing">What a null becomes.</param>
/// <param name="hasMissing">Whether it becomes something at all.</param>
internal sealed class ScalarReader<TFile, TValue>(ParquetColumn column, Func<TFile, TValue> convert, TValue missing, bool hasMissing) : ColumnReader(column)
    where TFile : struct
{
    private TFile[] _values = [];
    private int[] _levels = [];
    private bool _hasNulls;

    public override async Task LoadAsync(ParquetRowGroupReader group, long firstRow)
    {
        int rows = Entries(group);
        if (rows != group.RowCount)
        {
            throw new InvalidDataException($"a row group of {group.RowCount} rows has {rows} values of '{Column.Name}'");
        }

        _values = Room(_values, rows);
        _hasNulls = false;
        if (Field.MaxDefinitionLevel == 0)
        {
            await group.ReadRawAsync<TFile>(Field, _values.AsMemory(0, rows), null, null);
            return;
        }

        _levels = Room(_levels, rows);
        await group.ReadRawAsync<TFile>(Field, _values.AsMemory(0, rows), _levels.AsMemory(0, rows), null);
        Spread(rows, firstRow);
    }

    public override Delegate Getter(Func<int> row) => (ValueGetter<TValue>)((ref TValue value) =>
    {
        int place = row();
        value = _hasNulls && _levels[place] < Field.MaxDefinitionLevel ? missing : convert(_values[place]);
    });

    /// <summary>Values come without the nulls between them: each goes to its row.</summary>
    private void Spread(int rows, long firstRow)
    {
        int left = 0;
        for (int i = 0; i < rows; i++)
        {
            left += _levels[i] == Field.MaxDefinitionLevel ? 1 : 0;
        }

        _hasNulls = left < rows;
        if (_hasNulls && !hasMissing)
        {
            throw Missing(Column.Name, firstRow + Array.FindIndex(_levels, level => level < Field.MaxDefinitionLevel), Column.Type.ToString()!);
        }

        for (int i = rows - 1; left <= i; i--)
        {
            if (_levels[i] == Field.MaxDefinitionLevel)
            {
                _values[i] = _values[--left];
            }
        }
    }
}
