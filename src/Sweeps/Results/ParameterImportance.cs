namespace MLNet.GradientTrainers.Sweeps;

/// <summary>How much of the differences between trials goes with one parameter.</summary>
/// <param name="Name">Full name of the parameter.</param>
/// <param name="Share">In [0, 1]; see <see cref="SweepResult.Importances"/> for what it is.</param>
/// <param name="Trials">Trials that had a value of it.</param>
public sealed record ParameterImportance(string Name, double Share, int Trials);
