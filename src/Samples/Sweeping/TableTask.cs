using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Output;
using MLNet.GradientTrainers.Samples.Tabular;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.Samples.Sweeping;

/// <summary>The user's own table: columns of numbers as they are, empty cells as their column's mean; columns with any other cell as categories. The label is a number or a class.</summary>
internal static class TableTask
{
    /// <summary>A label of whole numbers with more different ones than this is taken for a number.</summary>
    private const int MostClasses = 20;

    /// <summary>Fewer rows can't be parted into three.</summary>
    private const int FewestRows = 10;

    private const double Fifth = 0.2;

    /// <param name="mlContext">The context.</param>
    /// <param name="path">The file's path.</param>
    /// <param name="file">The file.</param>
    /// <param name="label">The column to predict.</param>
    /// <param name="features">The columns to predict from.</param>
    /// <param name="target">class, number, or auto.</param>
    /// <param name="epochs">Epochs; null for as many as the trainer chooses.</param>
    /// <param name="device">Where to train.</param>
    /// <param name="seed">Decides which rows validate and test.</param>
    /// <param name="cancellationToken">Ends the work on the cells.</param>
    /// <exception cref="SampleException">The label has empty cells, one class or no number where one is wanted, or there are too few rows.</exception>
    public static SweepTask Of(MLContext mlContext, string path, CsvFile file, int label, int[] features, string target, int? epochs, ComputeDevice device, int seed, CancellationToken cancellationToken)
    {
        if (file.Count < FewestRows)
        {
            throw new SampleException($"The file '{Path.GetFullPath(path)}' has {Format.Count(file.Count, "row")}, but a sweep needs at least {FewestRows}: some to fit on, some to validate, some to test.");
        }

        string[] cells = file.Cells(label);
        bool isNumber = IsNumber(cells, file.NumbersWithGaps(label), target);
        double[] numbers = isNumber ? file.Numbers(label, "Mend it, choose another column with --label, or say --predict class.") : new double[file.Count];
        if (!isNumber)
        {
            CheckClasses(cells, file.Columns[label], path);
        }

        var columns = features.Select(feature =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return (Numbers: file.NumbersWithGaps(feature), Texts: file.Cells(feature));
        }).ToArray();
        float[][] known = [.. columns.Select(column => column.Numbers).OfType<float[]>()];
        string[][] texts = [.. columns.Where(column => column.Numbers is null).Select(column => column.Texts)];
        TableRow[] rows =
        [
            .. Enumerable.Range(0, file.Count).Select(i =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                return new TableRow { Numbers = Array.ConvertAll(known, column => column[i]), Texts = Array.ConvertAll(texts, column => column[i]), Class = isNumber ? "" : cells[i], Value = (float)numbers[i] };
            }),
        ];
        new Random(seed).Shuffle(rows);
        int part = Math.Max(1, (int)(rows.Length * Fifth));
        IDataView View(IEnumerable<TableRow> some) => mlContext.Data.LoadFromEnumerable(some, Schema(known.Length, texts.Length));

        string name = Excerpt.Name(Path.GetFileName(path));
        string predicted = $"{(isNumber ? "the number" : "the class")} in column {Excerpt.Name(file.Columns[label])}";
        return new SweepTask(
            $"{predicted} of {name}",
            Format.Text($"{name}: {Format.Count(rows.Length, "row")}, {predicted} from {Format.Count(known.Length, "column")} of numbers{(texts.Length > 0 ? Format.Text($" and {texts.Length} of categories") : "")}; a fifth tests, {(rows.Length - part < GradientSweep.FewRows ? "the others are cross-validated" : "a fifth of the others validates")}"),
            View(rows[part..]), null, View(rows[..part]),
            Transforms(mlContext, known.Any(column => column.Any(float.IsNaN)), known.Length > 0, texts.Length > 0, isNumber),
            isNumber ? SweepTrainer.MlpRegression(new MlpRegressionTrainer.Options { NumberOfEpochs = epochs, Device = device }) : SweepTrainer.Mlp(new MlpTrainer.Options { NumberOfEpochs = epochs, Device = device }));
    }

    private static bool IsNumber(string[] cells, float[]? numbers, string target) => target switch
    {
        "class" => false,
        "number" => true,
        _ => numbers is not null && numbers.All(float.IsFinite) && (numbers.Any(number => number != MathF.Round(number)) || cells.Distinct(StringComparer.Ordinal).Count() > MostClasses),
    };

    private static void CheckClasses(string[] cells, string name, string path)
    {
        int empty = Array.IndexOf(cells, "");
        if (empty >= 0)
        {
            throw new SampleException(Format.Text($"Row {empty + 1} of '{Path.GetFullPath(path)}' has no '{Excerpt.Of(name)}', the column to predict. Fill it in, leave the row out, or choose another column with --label."));
        }

        if (cells.Distinct(StringComparer.Ordinal).Count() < 2)
        {
            throw new SampleException($"All rows of '{Path.GetFullPath(path)}' have the same '{Excerpt.Of(name)}', {Excerpt.Of(cells[0])}: there is nothing to predict. Choose another column with --label.");
        }
    }

    private static SchemaDefinition Schema(int numbers, int texts)
    {
        var schema = SchemaDefinition.Create(typeof(TableRow));
        schema[nameof(TableRow.Numbers)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Math.Max(1, numbers));
        schema[nameof(TableRow.Texts)].ColumnType = new VectorDataViewType(TextDataViewType.Instance, Math.Max(1, texts));
        schema.RemoveAll(column => (numbers == 0 && column.MemberName == nameof(TableRow.Numbers)) || (texts == 0 && column.MemberName == nameof(TableRow.Texts)));
        return schema;
    }

    private static IEstimator<ITransformer> Transforms(MLContext mlContext, bool hasGaps, bool hasNumbers, bool hasTexts, bool isNumber)
    {
        var transforms = mlContext.Transforms;
        IEstimator<ITransformer> label = isNumber ? transforms.CopyColumns("Label", nameof(TableRow.Value)) : transforms.Conversion.MapValueToKey("Label", nameof(TableRow.Class));
        if (hasGaps)
        {
            label = label.Append(transforms.ReplaceMissingValues(nameof(TableRow.Numbers), replacementMode: Microsoft.ML.Transforms.MissingValueReplacingEstimator.ReplacementMode.Mean));
        }

        if (hasTexts)
        {
            label = label.Append(transforms.Categorical.OneHotEncoding("Categories", nameof(TableRow.Texts)));
        }

        string[] parts = [.. hasNumbers ? [nameof(TableRow.Numbers)] : Array.Empty<string>(), .. hasTexts ? ["Categories"] : Array.Empty<string>()];
        return label.Append(transforms.Concatenate("Features", parts));
    }

    /// <summary>A row of the table.</summary>
    private sealed class TableRow
    {
        public float[] Numbers { get; set; } = [];

        public string[] Texts { get; set; } = [];

        public string Class { get; set; } = "";

        public float Value { get; set; }
    }
}
