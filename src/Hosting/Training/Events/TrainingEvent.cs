using System.Reflection;
using System.Text.Json.Serialization;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>Something that happened to a run. As JSON, its property <c>kind</c> says what: <c>queued</c>, <c>started</c>, <c>epoch</c>, <c>evaluated</c>, <c>published</c>, <c>rejected</c>, <c>failed</c>, <c>cancelled</c> or <c>interrupted</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(TrainingQueued), "queued")]
[JsonDerivedType(typeof(TrainingStarted), "started")]
[JsonDerivedType(typeof(TrainingEpoch), "epoch")]
[JsonDerivedType(typeof(TrainingEvaluated), "evaluated")]
[JsonDerivedType(typeof(TrainingPublished), "published")]
[JsonDerivedType(typeof(TrainingRejected), "rejected")]
[JsonDerivedType(typeof(TrainingFailed), "failed")]
[JsonDerivedType(typeof(TrainingCancelled), "cancelled")]
[JsonDerivedType(typeof(TrainingInterrupted), "interrupted")]
public abstract record TrainingEvent
{
    /// <summary>What <c>kind</c> says of it in JSON.</summary>
    [JsonIgnore]
    public string Kind => KindOf.Kinds.GetValueOrDefault(GetType(), "message");

    /// <summary>Numbers the events of all runs of this process, from 1, in the order in which they happened.</summary>
    public long Sequence { get; internal set; }

    /// <summary>When.</summary>
    public DateTimeOffset Time { get; internal set; }

    /// <summary>The run.</summary>
    public string RunId { get; internal set; } = "";

    /// <summary>Its job.</summary>
    public string Job { get; internal set; } = "";

    /// <summary>The kinds by their types, as the serialiser is told.</summary>
    private static class KindOf
    {
        public static readonly IReadOnlyDictionary<Type, string> Kinds =
            typeof(TrainingEvent).GetCustomAttributes<JsonDerivedTypeAttribute>().ToDictionary(derived => derived.DerivedType, derived => (string)derived.TypeDiscriminator!);
    }
}

/// <summary>It was queued.</summary>
/// <param name="Reason">Who asked for it or why.</param>
/// <param name="Position">Runs that wait before it.</param>
public sealed record TrainingQueued(string Reason, int Position) : TrainingEvent;

/// <summary>It began.</summary>
/// <param name="Attempt">1, or more where earlier starts ended with the process.</param>
/// <param name="Seed">The seed of the training.</param>
/// <param name="NumberOfThreads">Threads that it has.</param>
public sealed record TrainingStarted(int Attempt, int Seed, int NumberOfThreads) : TrainingEvent;

/// <summary>An epoch of a trainer is over. What is not known, or not finite, is null.</summary>
/// <param name="Epoch">Its number, from 1; where a training goes on from a checkpoint the first one told is a higher one.</param>
/// <param name="NumberOfEpochs">Epochs that were asked for; null where the rows decide.</param>
/// <param name="Loss">Loss over the training rows.</param>
/// <param name="Metric">Metric over the training rows.</param>
/// <param name="ValidationLoss">Loss over the trainer's validation rows.</param>
/// <param name="ValidationMetric">Metric over the trainer's validation rows.</param>
/// <param name="LearningRate">The rate of the last update.</param>
/// <param name="Seconds">Time that the epoch took.</param>
/// <param name="RemainingSeconds">Time that the rest is likely to take.</param>
public sealed record TrainingEpoch(
    int Epoch, int? NumberOfEpochs, double? Loss, double? Metric, double? ValidationLoss, double? ValidationMetric, double? LearningRate, double? Seconds, double? RemainingSeconds) : TrainingEvent;

/// <summary>The new model was evaluated on the held-out rows, and the current one where it can be.</summary>
/// <param name="Candidate">Metrics of the new model.</param>
/// <param name="Current">Metrics of the current model; null for none.</param>
/// <param name="CurrentProblem">Why the current model can't be compared; null for nothing.</param>
public sealed record TrainingEvaluated(
    [property: JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)] IReadOnlyDictionary<string, double> Candidate,
    [property: JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)] IReadOnlyDictionary<string, double>? Current,
    string? CurrentProblem) : TrainingEvent;

/// <summary>The new model is the current one. The run is over.</summary>
/// <param name="Version">Its number in the store.</param>
/// <param name="Reason">What the rule said.</param>
public sealed record TrainingPublished(int Version, string Reason) : TrainingEvent;

/// <summary>The new model was not published. The run is over.</summary>
/// <param name="Reason">What the rule said.</param>
public sealed record TrainingRejected(string Reason) : TrainingEvent;

/// <summary>The run ended with an error.</summary>
/// <param name="Reason">Its message.</param>
public sealed record TrainingFailed(string Reason) : TrainingEvent;

/// <summary>Somebody cancelled the run.</summary>
/// <param name="Reason">When it was cancelled: while it waited, or while it ran.</param>
public sealed record TrainingCancelled(string Reason) : TrainingEvent;

/// <summary>The service ends before the run does.</summary>
/// <param name="WillGoOn">Whether it goes on at the next start.</param>
public sealed record TrainingInterrupted(bool WillGoOn) : TrainingEvent;
