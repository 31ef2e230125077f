using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps.Tests;

/// <summary>Results of sweeps that never ran, with trials of all states.</summary>
internal static class MadeUp
{
    public static SweepResult Result(int trials, SearchSpace? space = null)
    {
        space ??= TrainerSpaces.Mlp;
        var metric = SweepMetric.Accuracy();
        var tuner = new RandomTuner();
        var all = Enumerable.Range(1, trials).Select(number => Trial(
            number, number == 1 ? ParameterValues.Empty : tuner.Propose(new TunerRequest(space, number, 7, metric, [], _ => true))!)).ToArray();
        var result = new SweepResult
        {
            Space = space, Metric = metric, Trials = all, End = SweepEnd.TrialsDone, Duration = TimeSpan.FromSeconds(83.4), Tuner = new TreeParzenTuner().Name, Pruner = new SuccessiveHalving().Name,
        };
        return result.Best is { } best ? result with { BestCode = "using Microsoft.ML;\n\n" + $"var pipeline = {SweepTrainer.Mlp().ToCSharp(space.Parameters == TrainerSpaces.Mlp.Parameters ? best.Values : ParameterValues.Empty)};\n" } : result;
    }

    private static Trial Trial(int number, ParameterValues values)
    {
        var random = new Random(number);
        var state = number % 11 == 7 ? TrialState.Failed : number % 3 == 0 ? TrialState.Pruned : TrialState.Completed;
        double end = 0.05 + (0.8 * random.NextDouble() * random.NextDouble());
        int epochs = state switch { TrialState.Failed => 2, TrialState.Pruned => random.Next(1, 5), _ => 15 };
        return new Trial(number, values, number)
        {
            State = state,
            Score = state == TrialState.Completed ? 1 - (end / 3) : null,
            EpochsTrained = epochs,
            Duration = TimeSpan.FromSeconds(0.31 * epochs),
            Reason = state == TrialState.Pruned ? "After 3 epochs 5 of 6 trials were better (validation accuracy 0.71); the best 2 went on."
                : state == TrialState.Failed ? "The training diverged in epoch 3: the loss is NaN. Take a lower learning rate." : null,
            Epochs = [.. Enumerable.Range(1, epochs).Select(epoch => Epoch(epoch, end + (2.2 * Math.Exp(-epoch / (1 + (4 * random.NextDouble()))))))],
        };
    }

    private static EpochRecord Epoch(int number, double loss) => new(number, loss * 0.9, 1 - (loss / 3), loss, 1 - (loss / 3), 0.3, 0.01);
}
