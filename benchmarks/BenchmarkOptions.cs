using System.Globalization;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>The command line of all commands; each takes the options that its usage names.</summary>
internal sealed record BenchmarkOptions
{
    public const string Usage = "Usage: ./bench.sh [--quick] [--json FILE] [--only NAME] [--threads N]";

    /// <summary>The exit status of a command line that can't be understood.</summary>
    public const int Misused = 2;

    public bool Quick { get; private init; }

    public string? Only { get; private init; }

    public int Threads { get; private init; } = Environment.ProcessorCount;

    public int? Seeds { get; private init; }

    public int? Trials { get; private init; }

    /// <summary>The number of a GPU.</summary>
    public int? Device { get; private init; }

    /// <summary>The folder of MNIST.</summary>
    public string? Mnist { get; private init; }

    /// <summary>Runs of each side; the median is told.</summary>
    public int Rounds => Quick ? 3 : 7;

    private string? JsonFile { get; init; }

    /// <summary>Reads a command line, and finds that the file of the results can be written: minutes of measuring are not lost at their end.</summary>
    /// <param name="args">The arguments behind the command's name.</param>
    /// <param name="usage">The command's usage, with each of its options as <c>[--name …]</c>.</param>
    /// <returns>The options; null where something is wrong, which is told then.</returns>
    public static BenchmarkOptions? Parse(string[] args, string usage = Usage)
    {
        try
        {
            var options = new BenchmarkOptions();
            for (int i = 0; i < args.Length; i++)
            {
                // An option of another command is as unknown as any word.
                string option = usage.Contains($"[{args[i]}", StringComparison.Ordinal) ? args[i] : "";
                options = options.With(option, args, ref i);
            }

            if (options.JsonFile is not null)
            {
                AtomicFile.Check(options.JsonFile);
            }

            return options;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException or IOException or UnauthorizedAccessException)
        {
            Refuse(exception.Message, usage);
            return null;
        }
    }

    /// <summary>Tells what is wrong with a command line.</summary>
    /// <returns>The exit status.</returns>
    public static int Refuse(string problem, string usage)
    {
        Console.Error.WriteLine(problem);
        Console.Error.WriteLine(usage);
        return Misused;
    }

    /// <summary>Whether something is measured that has this name.</summary>
    public bool Chooses(string name) => Only is null || name.Contains(Only, StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes the file of the results, where one is asked for.</summary>
    public void Write<T>(IReadOnlyList<T> results)
    {
        if (JsonFile is not null)
        {
            ResultFile.Write(JsonFile, results);
        }
    }

    private BenchmarkOptions With(string option, string[] args, ref int i) => option switch
    {
        "--quick" => this with { Quick = true },
        "--json" => this with { JsonFile = Value(args, ref i) },
        "--only" => this with { Only = Value(args, ref i) },
        "--threads" => this with { Threads = Count(args, ref i) },
        "--seeds" => this with { Seeds = Count(args, ref i) },
        "--trials" => this with { Trials = Count(args, ref i) },
        "--device" => this with { Device = int.Parse(Value(args, ref i), NumberStyles.None, CultureInfo.InvariantCulture) },
        "--mnist" => this with { Mnist = Value(args, ref i) },
        _ => throw new ArgumentException($"Unknown argument '{args[i]}'."),
    };

    private static string Value(string[] args, ref int i) =>
        ++i < args.Length ? args[i] : throw new ArgumentException($"{args[i - 1]} needs a value.");

    private static int Count(string[] args, ref int i)
    {
        string name = args[i];
        return int.TryParse(Value(args, ref i), CultureInfo.InvariantCulture, out int count) && count >= 1
            ? count
            : throw new ArgumentException($"{name} takes a number of at least 1.");
    }
}
