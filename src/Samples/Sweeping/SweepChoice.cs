using System.Text.Json;
using Microsoft.ML;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Sweeping;

/// <summary>What rows a sweep has.</summary>
internal enum SweepKind
{
    /// <summary>The digits that come with the program.</summary>
    Digits,

    /// <summary>The first ones of MNIST.</summary>
    Mnist,

    /// <summary>The user's own table.</summary>
    Table,
}

/// <summary>What a sweep learns, as the command line says it; the same on all machines of a sweep over many.</summary>
/// <param name="Kind">What rows.</param>
/// <param name="Table">Which columns of a table.</param>
/// <param name="Predict">What the label of a table is.</param>
/// <param name="Epochs">Epochs of a trial; null for as many as suit.</param>
/// <param name="Device">Where to train.</param>
/// <param name="Seed">Decides proposals, initial weights and which rows validate.</param>
internal sealed record SweepChoice(SweepKind Kind, TableChoice Table, string Predict, int? Epochs, string Device, int Seed)
{
    public string ToJson() => JsonSerializer.Serialize(this);

    /// <exception cref="SampleException">It is of another version of this program.</exception>
    public static SweepChoice Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<SweepChoice>(json) is { Table: not null, Predict: not null, Device: not null } choice ? choice : throw new JsonException();
        }
        catch (JsonException)
        {
            throw new SampleException("The sweep in the database was begun by another program, or another version of this one. Give worker and coordinator the same.");
        }
    }

    /// <summary>Opens the rows.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="rows">Where they are.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="SampleException">They are missing, or can't be swept over.</exception>
    public SweepTask TaskOf(MLContext mlContext, SweepRows rows, CancellationToken cancellationToken)
    {
        var device = SampleOptions.DeviceOf(Device) ?? ComputeDevice.Cpu;
        if (Kind != SweepKind.Table)
        {
            return ImageTask.Of(mlContext, Kind == SweepKind.Mnist ? rows.Folder : null, Epochs, device, Seed);
        }

        var (path, file, label, features) = TableArguments.Open(rows.Table!, Table, rows.Limits, null, cancellationToken);
        return TableTask.Of(mlContext, path, file, label, features, Predict, Epochs, device, Seed, cancellationToken);
    }
}

/// <summary>Where the rows of a sweep are on this machine.</summary>
/// <param name="Folder">The folder of MNIST; null for none.</param>
/// <param name="Table">The path of a table; null for none.</param>
/// <param name="Limits">How much of a table is read.</param>
internal sealed record SweepRows(string? Folder, string? Table, CsvLimits Limits)
{
    /// <exception cref="SampleException">Both are given.</exception>
    public static SweepRows Of(string? folder, string? table, CsvLimits limits) => folder is null || table is null
        ? new SweepRows(folder, table, limits)
        : throw new SampleException("--data names a folder of images and --csv a table, but a sweep is over one of them. Leave one out.");
}
