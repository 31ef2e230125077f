using System.Collections.Immutable;
using Microsoft.ML.AutoML;
using MLNet.GradientTrainers.Sweeps;
using Parameter = Microsoft.ML.SearchSpace.Parameter;

namespace MLNet.GradientTrainers.AutoML;

/// <summary>
/// A tuner of src/Sweeps for AutoML: <see cref="RandomTuner"/>, <see cref="GridTuner"/>, <see cref="TreeParzenTuner"/> or one of your own. It knows of pruned and failed trials and proposes no values
/// twice; the space's defaults come first. Equal seeds and equal losses give equal proposals. When all values are tried it proposes the best ones again, since AutoML's tuners have no word for an end:
/// limit the trials by <c>SetMaxModelToExplore</c>, which <see cref="GridTuner.Combinations"/> helps with.
/// </summary>
public sealed class GradientTuner : ITuner
{
    private readonly Lock _gate = new();
    private readonly AutoMLSpace _space;
    private readonly SearchSpace _searched;
    private readonly Tuner _tuner;
    private readonly int _seed;
    private readonly Dictionary<int, Trial> _proposed = [];
    private readonly List<Trial> _finished = [];
    private readonly HashSet<ParameterValues> _values = [];
    private SweepMetric _metric = Losses(EpochFigures.Of("Loss", isMaximize: false));

    /// <summary>Creates a tuner; <see cref="GradientExperimentExtensions.SetGradientTuner"/> does that for an experiment.</summary>
    /// <param name="space">The space of the experiment, as it is when the experiment begins.</param>
    /// <param name="tuner">Who proposes.</param>
    /// <param name="seed">The seed that the proposals follow from.</param>
    public GradientTuner(Microsoft.ML.SearchSpace.SearchSpace space, Tuner tuner, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(tuner);
        (_space, _tuner, _seed) = (new AutoMLSpace(space), tuner, seed);
        _searched = _space.Searched.StartingWith(_space.Default);
    }

    /// <summary>What is searched, as src/Sweeps has it.</summary>
    public SearchSpace Searched => _searched;

    /// <inheritdoc/>
    public Parameter Propose(TrialSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        lock (_gate)
        {
            int number = _proposed.Count + 1;
            var values = number == 1 ? _searched.Start[0] : _tuner.Propose(new TunerRequest(_searched, number, _seed, _metric, _finished, wanted => !_values.Contains(wanted))) ?? Best();
            _values.Add(values);
            _proposed[settings.TrialId] = new Trial(number, values, _seed);
            return _space.ToParameter(values);
        }
    }

    /// <inheritdoc/>
    public void Update(TrialResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        lock (_gate)
        {
            if (result.TrialSettings is null || !_proposed.TryGetValue(result.TrialSettings.TrialId, out var trial))
            {
                return;
            }

            bool isLoss = double.IsFinite(result.Loss) && result.Loss < double.MaxValue;
            trial = trial with { State = isLoss ? TrialState.Completed : TrialState.Failed, Score = isLoss ? result.Loss : null, Duration = TimeSpan.FromMilliseconds(result.DurationInMilliseconds) };
            if (isLoss && result is GradientTrialResult ours)
            {
                trial = trial with { State = ours.IsPruned ? TrialState.Pruned : TrialState.Completed, Epochs = ours.Epochs.ToImmutableList(), EpochsTrained = ours.Trial.EpochsTrained };
                _metric = Losses(ours.EpochMetric);
            }

            _finished.Add(trial);
        }
    }

    private ParameterValues Best() => TrialRanking.Order(_finished, _metric) is [var best, ..] ? best.Values : _searched.Start[0];

    /// <summary>Tuners see AutoML's losses, and epochs by the figure of the metric.</summary>
    private static SweepMetric Losses(SweepMetric metric) => metric with { HigherIsBetter = false };
}
