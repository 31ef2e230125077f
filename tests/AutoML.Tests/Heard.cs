using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;

namespace MLNet.GradientTrainers.AutoML.Tests;

/// <summary>Writes down what an experiment calls, in order.</summary>
internal sealed class Heard : IMonitor
{
    public List<string> Calls { get; } = [];

    public List<TrialResult> Results { get; } = [];

    public List<Exception?> Failures { get; } = [];

    public void ReportRunningTrial(TrialSettings settings) => Calls.Add($"running {settings.TrialId}");

    public void ReportCompletedTrial(TrialResult result)
    {
        Calls.Add($"completed {result.TrialSettings.TrialId}");
        Results.Add(result);
    }

    public void ReportBestTrial(TrialResult result) => Calls.Add($"best {result.TrialSettings.TrialId}");

    public void ReportFailTrial(TrialSettings settings, Exception? exception = null)
    {
        Calls.Add($"failed {settings.TrialId}");
        Failures.Add(exception);
    }

    /// <summary>A tuner that writes into the same list.</summary>
    public ITuner Tuner(ITuner inner) => new HeardTuner(this, inner);

    private sealed class HeardTuner(Heard heard, ITuner inner) : ITuner
    {
        public Parameter Propose(TrialSettings settings)
        {
            heard.Calls.Add($"propose {settings.TrialId}");
            return inner.Propose(settings);
        }

        public void Update(TrialResult result)
        {
            heard.Calls.Add($"update {result.TrialSettings.TrialId}");
            inner.Update(result);
        }
    }
}
