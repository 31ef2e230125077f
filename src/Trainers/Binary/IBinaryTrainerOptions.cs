namespace MLNet.GradientTrainers;

/// <summary>What trainers of binary models do beside training: how much answers count, what probabilities are fitted to, and where true begins.</summary>
public interface IBinaryTrainerOptions
{
    /// <summary>
    /// How much a row of each answer counts, false first; null, the default: all the same. Probabilities are those of the rows as they come all the same, as long as they are calibrated.
    /// </summary>
    ClassWeights? ClassWeights { get; set; }

    /// <summary>
    /// Whether scores are calibrated (<see cref="PlattScaling"/>) by rows that the networks were not trained on: of several members those that each leaves out; else the validation rows; else, with
    /// 100 rows or more, a tenth of them that is held out for it. Default: true. Where nothing is held out, outputs are taken as they are.
    /// </summary>
    bool Calibrate { get; set; }

    /// <summary>The probability above which true is predicted, or <see cref="DecisionThreshold.BestF1"/>; scores are above 0 there, so that ML.NET's evaluators, which look at scores, count
    /// as it says. Default: 0.5.</summary>
    DecisionThreshold Threshold { get; set; }
}
