using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>Training events as server-sent events, for a web service that shows trainings as they go on.</summary>
public static class TrainingEventStreamExtensions
{
    /// <summary>
    /// Events as items of a stream of server-sent events: the type is the event's <c>kind</c>, as <c>epoch</c>, the id its <see cref="TrainingEvent.Sequence"/>, the data the event itself, which serialises to JSON with
    /// its kind.
    /// </summary>
    /// <param name="events">Events of <see cref="TrainingRun.ReadEventsAsync"/> or <see cref="ITrainingQueue.ReadEventsAsync"/>.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <example><code>
    /// app.MapGet("/train/events", (ITrainingQueue queue, [FromHeader(Name = "Last-Event-ID")] string? last, CancellationToken token) =>
    ///     TypedResults.ServerSentEvents(queue.ReadEventsAsync(TrainingEventStreamExtensions.SequenceOf(last), token).AsServerSentEvents()));
    /// </code></example>
    public static async IAsyncEnumerable<SseItem<TrainingEvent>> AsServerSentEvents(this IAsyncEnumerable<TrainingEvent> events, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        await foreach (var told in events.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return new SseItem<TrainingEvent>(told, told.Kind) { EventId = told.Sequence.ToString(CultureInfo.InvariantCulture) };
        }
    }

    /// <summary>The sequence number in the header <c>Last-Event-ID</c>, which a browser sends when it connects again, to go on behind it; null for none, as on the first connection.</summary>
    /// <param name="lastEventId">The header's value; what is no sequence number counts as none.</param>
    public static long? SequenceOf(string? lastEventId) =>
        long.TryParse(lastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out long sequence) ? sequence : null;
}
