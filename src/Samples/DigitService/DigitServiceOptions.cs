using System.Globalization;

namespace MLNet.GradientTrainers.DigitService;

/// <summary>The settings of the service, section <c>DigitService</c> of the configuration: <c>DigitService__ApiKey</c> in the environment sets the key.</summary>
public sealed class DigitServiceOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "DigitService";

    /// <summary>What callers of writing endpoints send in the header <c>X-Api-Key</c>. One is made at each start when none is given.</summary>
    public string? ApiKey { get; set; }

    /// <summary>The folder of the models and of the state of trainings.</summary>
    public string Folder { get; set; } = "out/digit-service";

    /// <summary>What training does unless a request says otherwise.</summary>
    public DigitTrainingOptions Training { get; set; } = new();

    /// <summary>What a caller may ask for.</summary>
    public DigitLimits Limits { get; set; } = new();

    /// <summary>The first setting that is out of its range, as a sentence; null for none.</summary>
    public string? Problem()
    {
        if (string.IsNullOrWhiteSpace(Folder))
        {
            return $"{Section}:{nameof(Folder)} is empty; it must be the path of a folder.";
        }

        (string Name, int? Value, int Most)[] ranges =
        [
            ("Training:Epochs", Training.Epochs, DigitTrainingOptions.MostEpochs), ("Training:Images", Training.Images, int.MaxValue), ("Training:Threads", Training.Threads, int.MaxValue),
            ("Limits:BodyBytes", Limits.BodyBytes, DigitLimits.MostBodyBytes), ("Limits:Images", Limits.Images, int.MaxValue), ("Limits:Pixels", Limits.Pixels, int.MaxValue),
            ("Limits:PredictionsPerSecond", Limits.PredictionsPerSecond, int.MaxValue), ("Limits:WritesPerMinute", Limits.WritesPerMinute, int.MaxValue), ("Limits:EventStreams", Limits.EventStreams, int.MaxValue),
        ];
        return ranges.FirstOrDefault(range => range.Value < 1 || range.Value > range.Most) is { Name: { } name } wrong
            ? string.Create(CultureInfo.InvariantCulture, $"{Section}:{name} is {wrong.Value}; it must be from 1{(wrong.Most == int.MaxValue ? "" : $" to {wrong.Most}")}.")
            : null;
    }
}

/// <summary>How digits are learned.</summary>
public sealed class DigitTrainingOptions
{
    /// <summary>The most epochs of a training.</summary>
    public const int MostEpochs = 100;

    /// <summary>Passes over the images, from 1 to 100.</summary>
    public int Epochs { get; set; } = 8;

    /// <summary>Digits to learn at most, of 7,497; null for all.</summary>
    public int? Images { get; set; }

    /// <summary>Decides initial weights and order; the same seed gives the same model. Null, the default, draws one for each training.</summary>
    public int? Seed { get; set; }

    /// <summary>Threads to compute with; null for all cores.</summary>
    public int? Threads { get; set; }

    /// <summary>Trains when the service starts without a model.</summary>
    public bool AtStart { get; set; } = true;
}

/// <summary>Limits of requests; what exceeds them is refused with 413 or 429.</summary>
public sealed class DigitLimits
{
    /// <summary>The most that <see cref="BodyBytes"/> may be: bodies are read into memory.</summary>
    public const int MostBodyBytes = 1 << 30;

    /// <summary>Bytes of a request's body.</summary>
    public int BodyBytes { get; set; } = 4 << 20;

    /// <summary>Images of a request.</summary>
    public int Images { get; set; } = 64;

    /// <summary>Pixels of all pictures of a request together: each takes time to unpack, however few bytes it has.</summary>
    public int Pixels { get; set; } = 1 << 22;

    /// <summary>Requests for predictions a second from one address, and as many again at once.</summary>
    public int PredictionsPerSecond { get; set; } = 200;

    /// <summary>Writing requests a minute from one address, those with a wrong key included.</summary>
    public int WritesPerMinute { get; set; } = 30;

    /// <summary>Streams of events that are open at once.</summary>
    public int EventStreams { get; set; } = 32;
}
