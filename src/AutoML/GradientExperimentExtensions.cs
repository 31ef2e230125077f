using MLNet.GradientTrainers.AutoML;
using MLNet.GradientTrainers.Sweeps;

namespace Microsoft.ML.AutoML;

/// <summary>What an <see cref="AutoMLExperiment"/> gains. Call these after <c>SetPipeline</c>, which sets AutoML's own runner, tuner and monitor.</summary>
public static class GradientExperimentExtensions
{
    /// <summary>Runs the trials with pruning, a cancel that works, curves, and a journal.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="pruning">Who stops hopeless trials, such as <see cref="SuccessiveHalving"/>; null for nobody.</param>
    /// <param name="journalPath">
    /// A file of JSON lines that every epoch and trial is written to as it goes; models that were the best for a while are kept beside it, as <c>path.trialN.zip</c>. Null for none.
    /// </param>
    /// <param name="resume">
    /// Whether an existing journal is gone on with: trials with the values of finished ones are not run again but taken from it, so that with the same tuner and seed the experiment goes on where it
    /// ended, the best trial so far competes, and <c>SetMaxModelToExplore</c> counts all trials. Trials that failed or were interrupted run again. If not, an existing file is an error.
    /// </param>
    /// <param name="timePerTrial">The time of a trial, above 0; its best weights by then are what it is scored by. Null for no limit.</param>
    /// <returns>The experiment.</returns>
    public static AutoMLExperiment SetGradientTrialRunner(this AutoMLExperiment experiment, Pruner? pruning = null, string? journalPath = null, bool resume = false, TimeSpan? timePerTrial = null)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        if (timePerTrial is { } limit && !(limit > TimeSpan.Zero && limit.TotalMilliseconds < uint.MaxValue))
        {
            throw new ArgumentOutOfRangeException(nameof(timePerTrial), timePerTrial, "A limit of time must be above 0 and below 49 days.");
        }

        var trials = new GradientTrials(pruning, journalPath, resume, timePerTrial);
        return experiment.SetTrialRunner(provider => new GradientTrialRunner(trials, TrialServices.Of(provider)));
    }

    /// <summary>Lets one of our tuners propose.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="tuner">The tuner; null for <see cref="TreeParzenTuner"/>.</param>
    /// <param name="seed">The seed that the proposals follow from; null for the experiment's, or 0.</param>
    /// <returns>The experiment.</returns>
    public static AutoMLExperiment SetGradientTuner(this AutoMLExperiment experiment, Tuner? tuner = null, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        return experiment.SetTuner(provider =>
        {
            var settings = (AutoMLExperiment.AutoMLExperimentSettings)provider.GetService(typeof(AutoMLExperiment.AutoMLExperimentSettings))!;
            return new GradientTuner(settings.SearchSpace, tuner ?? new TreeParzenTuner(), seed ?? settings.Seed ?? 0);
        });
    }
}
