using Parquet;
using Parquet.Schema;

namespace MLNet.GradientTrainers.ParquetTests;

/// <summary>Parquet files as others write them.</summary>
internal static class WrittenFile
{
    /// <summary>Writes row groups: for each, an action that writes all columns in their order.</summary>
    public static void Write(string path, ParquetSchema schema, params IEnumerable<Func<ParquetRowGroupWriter, Task>> groups) => WriteAsync(path, schema, groups).GetAwaiter().GetResult();

    /// <summary>Rows of a list of <paramref name="width"/> numbers and a class, in row groups of so many rows.</summary>
    public static void Rows(string path, int count, int width, int groupRows, int classes = 4)
    {
        var features = new DataField<float>("element", false);
        var label = new DataField<int>("Label");
        var schema = new ParquetSchema(new ListField("Features", features), label);
        Write(path, schema, Enumerable.Range(0, (count + groupRows - 1) / groupRows).Select(group => (Func<ParquetRowGroupWriter, Task>)(async writer =>
        {
            int first = group * groupRows;
            int rows = Math.Min(groupRows, count - first);
            float[] values = [.. Enumerable.Range(0, rows * width).Select(i => Feature(first + (i / width), i % width))];
            int[] repetitions = [.. Enumerable.Range(0, rows * width).Select(i => i % width == 0 ? 0 : 1)];
            await Lists(writer, schema.DataFields[0], values, repetitions);
            await writer.WriteAsync<int>(schema.DataFields[1], Enumerable.Range(first, rows).Select(row => row % classes).ToArray());
        })));
    }

    /// <summary>Writes lists without nulls.</summary>
    public static async Task Lists(ParquetRowGroupWriter writer, DataField field, float[] values, int[] repetitions) =>
        await writer.WriteAllPartsAsync<float>(field, values, Enumerable.Repeat(field.MaxDefinitionLevel, values.Length).ToArray(), repetitions, default);

    /// <summary>The features of these rows.</summary>
    public static float Feature(int row, int column) => ((((row * 7) + (column * 16)) % 64) + (row % 4 == column % 4 ? 40 : 0)) / 64f;

    private static async Task WriteAsync(string path, ParquetSchema schema, IEnumerable<Func<ParquetRowGroupWriter, Task>> groups)
    {
        await using var stream = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(schema, stream);
        foreach (var group in groups)
        {
            using var one = writer.CreateRowGroup();
            await group(one);
        }
    }
}
