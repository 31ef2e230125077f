using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Onnx.Tests;

/// <summary>A row of a table: a category, numbers of different units, a class and numbers to predict.</summary>
internal sealed class House
{
    private static readonly string[] Districts = ["Harbour", "Hill", "Old Town", "Station"];
    private static readonly string[] Kinds = ["flat", "house", "villa"];

    public string District { get; set; } = "";

    [VectorType(3)]
    public float[] Numbers { get; set; } = [];

    [VectorType(4)]
    public byte[] Marks { get; set; } = new byte[4];

    public float Price { get; set; }

    [VectorType(2)]
    public float[] Sizes { get; set; } = new float[2];

    public string Kind { get; set; } = "";

    public bool IsOld { get; set; }

    public static IDataView View(MLContext context, int rows = 80)
    {
        var random = new Random(1);
        return context.Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(_ => Make(random)).ToArray());
    }

    private static House Make(Random random)
    {
        int district = random.Next(Districts.Length);
        float area = 40 + (80 * random.NextSingle());
        float year = 1950 + random.Next(70);
        float rooms = 1 + random.Next(5);
        return new House
        {
            District = Districts[district],
            Numbers = [area, year, rooms],
            Marks = [(byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256), (byte)(50 * rooms)],
            Price = (3 * area) + (60 * district) + (year - 1980) + (5 * rooms * rooms),
            Sizes = [area * rooms, 2000 - year],
            IsOld = year + random.Next(20) < 1980,
            Kind = Kinds[area < 70 ? 0 : year < 1985 ? 1 : 2],
        };
    }
}
