namespace MLNet.GradientTrainers;

/// <summary>How well one of several numbers is predicted.</summary>
/// <param name="Name">The output's name: that of the score's or the label's slot, else its number, from 0.</param>
/// <param name="RSquared">1 − Σ(label − score)² / Σ(label − mean)²: 1 is perfect, 0 what the mean of the labels gives; NaN where the labels are all the same.</param>
/// <param name="RootMeanSquaredError">In the label's unit.</param>
/// <param name="MeanAbsoluteError">In the label's unit.</param>
public sealed record OutputMetrics(string Name, double RSquared, double RootMeanSquaredError, double MeanAbsoluteError);
