using System.Diagnostics.CodeAnalysis;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>The options of a linear regression by gradient descent. <see cref="DescentOptions.Loss"/> is one of single outputs whose scores are the outputs themselves.</summary>
public record LinearOptions : DescentOptions
{
    /// <summary>Successive epochs that must change little for <see cref="Tolerance"/> to stop a run: one alone may be the turning point of a momentum.</summary>
    public const int ToleranceEpochs = 3;

    internal const int DefaultNumberOfEpochs = 100;

    /// <summary>
    /// Creates options with their defaults: plain gradient descent on the mean squared error, whose gradient is 2 · (p − t) · x, 100 steps of all rows. For full batches
    /// <see cref="DescentOptions.BatchSize"/> is as many as there are rows, or more.
    /// </summary>
    [SetsRequiredMembers]
    public LinearOptions()
    {
        Loss = new MeanSquaredError();
        Optimizer = new Sgd();
        NumberOfEpochs = DefaultNumberOfEpochs;
        BatchSize = int.MaxValue;
    }

    /// <summary>Whether a bias is learned; false leaves it at its initial value. Default: true.</summary>
    public bool FitIntercept { get; set; } = true;

    /// <summary>
    /// Stops a full-batch run when no element of the gradient is larger than this, for example 1e-8; 0 never stops. Default: 0. The weights are then those whose gradient
    /// that is. Smaller batches do not look at it.
    /// </summary>
    public double GradientTolerance { get; set; }

    /// <summary>
    /// Stops a run when the loss changes by at most this share of itself in each of <see cref="ToleranceEpochs"/> successive epochs (with <see cref="Accelerate"/> in each of a tenth of all
    /// so far, where that is more, as an accelerated descent swings), for example 1e-6; 0 never stops. Default: null, which is 0 for a given number of epochs.
    /// </summary>
    public double? Tolerance { get; set; }

    /// <summary>
    /// Whether full-batch steps are accelerated: the gradient is taken at y = w + β · (w − last w), from where the step goes, with β growing from 0 towards 1 and starting again from 0 when a
    /// step goes against the gradient; the rate is lowered where gradients show more curvature than it allows. For plain <see cref="Sgd"/>; smaller batches are not accelerated. Default: false.
    /// </summary>
    /// <remarks>
    /// It takes about √κ steps where the plain descent takes κ, the ratio of the largest to the smallest curvature. Y. Nesterov, "A method of solving a convex programming problem with
    /// convergence rate O(1/k²)", 1983; B. O'Donoghue, E. Candès, "Adaptive restart for accelerated gradient schemes", 2015.
    /// </remarks>
    public bool Accelerate { get; set; }

    /// <summary>
    /// The result is the mean of the weights after each update from this epoch (from 1) on, which takes the noise out of stochastic descent; null, the default, for the last
    /// weights. B. Polyak, A. Juditsky, "Acceleration of stochastic approximation by averaging", 1992.
    /// </summary>
    public int? AverageFromEpoch { get; set; }

    /// <summary>Whether the weights after each epoch are kept, for <see cref="LinearResult.Path"/>. Default: false.</summary>
    public bool RecordPath { get; set; }

    /// <summary>
    /// Threads of passes over all rows: full-batch steps and validation; at least 1, null for all cores. The weights have the same bits for any number. Steps of some rows follow
    /// one another on one. More than four times the cores, or 16 where that is more, count as so many, and where the system refuses a thread the run goes on with fewer.
    /// </summary>
    public int? NumberOfThreads { get; set; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(
            Loss.Link == OutputLink.Identity && Loss.IsOfSingleOutputs,
            nameof(Loss),
            Loss.Name,
            $"a loss of single outputs whose scores are the model's outputs themselves, for example new {nameof(MeanSquaredError)}(); for the others take a network without hidden layers");
        Guard.NotNegative(GradientTolerance, nameof(GradientTolerance), Owner);
        Guard.NotNegative(Tolerance ?? 0, nameof(Tolerance), Owner);
        Require(!Accelerate || Optimizer is null or Sgd { Momentum: 0 }, nameof(Accelerate), Accelerate, $"false for {Optimizer?.Name}: the acceleration is that of plain new {nameof(Sgd)}()");
        Require(AverageFromEpoch is null || (AverageFromEpoch >= 1 && AverageFromEpoch <= (NumberOfEpochs ?? int.MaxValue)), nameof(AverageFromEpoch), AverageFromEpoch, $"an epoch from 1 to {NumberOfEpochs}, which is {nameof(NumberOfEpochs)}, or null for no mean");
        Guard.Threads(NumberOfThreads, nameof(NumberOfThreads), Owner);
    }
}
