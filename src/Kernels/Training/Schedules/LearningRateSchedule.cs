namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// How the learning rate changes during a run. Immutable and serialisable: the rate is a pure function of the position, and what a schedule remembers of
/// finished epochs is part of the position.
/// </summary>
public abstract record LearningRateSchedule : IDescription
{
    /// <summary>The optimizer's own rate throughout.</summary>
    public static LearningRateSchedule Constant { get; } = new ConstantRate();

    /// <summary>The name in the registry, for example <c>cosine</c>.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Whether a rate depends on how many epochs the run has in all: then a longer run is another one from its first update on. True unless a schedule says otherwise; a checkpoint of a run goes on
    /// for more epochs only where it is false.
    /// </summary>
    public virtual bool DependsOnEpochs => true;

    /// <inheritdoc/>
    public virtual void Validate()
    {
    }

    /// <summary>The rate of one update.</summary>
    /// <param name="initial">The optimizer's <see cref="Optimizer.LearningRate"/>.</param>
    /// <param name="position">Where the run stands.</param>
    public abstract double LearningRate(double initial, in SchedulePosition position);

    /// <summary>What is remembered after an epoch. Schedules that look at the loss override it; the run keeps what it returns.</summary>
    /// <param name="memory">What was remembered before it; at the start the default value.</param>
    /// <param name="epoch">The epoch's figures.</param>
    public virtual ScheduleMemory Remember(ScheduleMemory memory, in EpochRecord epoch) => memory;
}
