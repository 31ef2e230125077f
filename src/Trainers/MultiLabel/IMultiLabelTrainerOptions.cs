namespace MLNet.GradientTrainers;

/// <summary>What trainers of several labels do beside training: how much answers count, and what probabilities are fitted to.</summary>
public interface IMultiLabelTrainerOptions
{
    /// <summary>How much a yes of each label counts beside a no; null, the default: the same. Probabilities are those of the rows as they come all the same, as long as they are calibrated.</summary>
    LabelWeights? LabelWeights { get; set; }

    /// <summary>
    /// Whether the probabilities of each label are calibrated (<see cref="PlattScaling"/>) by rows that the networks were not trained on: of several members those that each leaves out; else the
    /// validation rows; else, with 100 rows or more, a tenth of them that is held out for it. Default: true. The calibration is put into the weights of the output layer. Where nothing is held out,
    /// or that layer has no bias, outputs are taken as they are.
    /// </summary>
    bool Calibrate { get; set; }
}
