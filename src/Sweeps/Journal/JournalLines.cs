using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>The lines of a journal. Numbers have all their digits; NaN is null, and infinities are texts.</summary>
internal static class JournalLines
{
    /// <summary>Time of the sweep so far, all its runs together, in ticks.</summary>
    private const string Elapsed = "elapsed";

    public static string Of(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    public static string Started(Trial trial) => Of(json =>
    {
        json.WriteNumber("trial", trial.Number);
        json.WriteNumber("seed", trial.Seed);
        json.WriteString("started", trial.Started);
        json.WritePropertyName("values");
        trial.Values.Write(json);
    });

    public static string Epoch(Trial trial, EpochRecord epoch, bool isKept, TimeSpan elapsed) => Of(json =>
    {
        json.WriteNumber("trial", trial.Number);
        json.WriteNumber("trained", trial.EpochsTrained);
        json.WriteNumber(Elapsed, elapsed.Ticks);
        if (isKept)
        {
            json.WriteNumber("epoch", epoch.Epoch);
            Write(json, "trainingLoss", epoch.TrainingLoss);
            Write(json, "trainingMetric", epoch.TrainingMetric);
            Write(json, "validationLoss", epoch.ValidationLoss);
            Write(json, "validationMetric", epoch.ValidationMetric);
            Write(json, "seconds", epoch.Seconds);
            Write(json, "learningRate", epoch.LearningRate);
        }
    });

    public static string Finished(Trial trial, TimeSpan elapsed) => Of(json =>
    {
        json.WriteNumber("trial", trial.Number);
        json.WriteString("state", trial.State.ToString());
        if (trial.Score is { } score)
        {
            Write(json, "score", score);
            if (trial.FoldScores.Count > 0)
            {
                json.WriteStartArray("folds");
                foreach (double fold in trial.FoldScores)
                {
                    json.WriteNumberValue(fold);
                }

                json.WriteEndArray();
            }
        }

        json.WriteNumber("trained", trial.EpochsTrained);
        json.WriteNumber("ticks", trial.Duration.Ticks);
        json.WriteNumber(Elapsed, elapsed.Ticks);
        if (trial.Reason is not null)
        {
            json.WriteString("reason", trial.Reason);
        }
    });

    /// <summary>The time of the sweep at a line; null where the line does not tell.</summary>
    public static TimeSpan? Time(JsonElement line) => line.TryGetProperty(Elapsed, out var ticks) && ticks.ValueKind == JsonValueKind.Number ? TimeSpan.FromTicks(ticks.GetInt64()) : null;

    /// <summary>Takes a line into the trials that it tells of.</summary>
    /// <exception cref="InvalidDataException">The line is none of a journal of this space.</exception>
    public static void Take(JsonElement line, SearchSpace space, IDictionary<int, Trial> trials)
    {
        try
        {
            int number = line.GetProperty("trial").GetInt32();
            if (line.TryGetProperty("values", out var values))
            {
                trials[number] = new Trial(number, space.Read(values), line.GetProperty("seed").GetInt32()) { State = TrialState.Interrupted, Started = line.GetProperty("started").GetDateTimeOffset() };
                return;
            }

            if (!trials.TryGetValue(number, out var trial))
            {
                throw new InvalidDataException($"trial {number} has not begun");
            }

            trials[number] = line.TryGetProperty("state", out var state) ? Finish(trial, line, state) : Add(trial, line);
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidDataException(exception.Message, exception);
        }
    }

    private static Trial Finish(Trial trial, JsonElement line, JsonElement state) => trial with
    {
        State = Enum.Parse<TrialState>(state.GetString()!),
        Score = line.TryGetProperty("score", out _) ? Read(line, "score") : null,
        FoldScores = line.TryGetProperty("folds", out var folds) ? [.. folds.EnumerateArray().Select(fold => fold.GetDouble())] : [],
        EpochsTrained = line.GetProperty("trained").GetInt32(),
        Duration = TimeSpan.FromTicks(line.GetProperty("ticks").GetInt64()),
        Reason = line.TryGetProperty("reason", out var reason) ? reason.GetString() : null,
    };

    private static Trial Add(Trial trial, JsonElement line) => trial with
    {
        EpochsTrained = line.GetProperty("trained").GetInt32(),
        Epochs = !line.TryGetProperty("epoch", out var epoch) ? trial.Epochs : ((ImmutableList<EpochRecord>)trial.Epochs).Add(new EpochRecord(
            epoch.GetInt32(), Read(line, "trainingLoss"), Read(line, "trainingMetric"), Read(line, "validationLoss"), Read(line, "validationMetric"), Read(line, "seconds"), Read(line, "learningRate"))),
    };

    private static void Write(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else if (double.IsNaN(value))
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteString(name, value > 0 ? "Infinity" : "-Infinity");
        }
    }

    private static double Read(JsonElement line, string name) => line.GetProperty(name) switch
    {
        { ValueKind: JsonValueKind.Null } => double.NaN,
        { ValueKind: JsonValueKind.String } text => double.Parse(text.GetString()!, CultureInfo.InvariantCulture),
        var number => number.GetDouble(),
    };
}
