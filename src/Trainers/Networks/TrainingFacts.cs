namespace MLNet.GradientTrainers;

/// <summary>What options that leave something open are chosen by.</summary>
/// <param name="Rows">Training rows, at least 1.</param>
/// <param name="IsSparse">Whether the network trains on sparse rows.</param>
/// <param name="HasValidation">Whether there are rows to validate on.</param>
/// <param name="GoesOn">Whether a model is trained further.</param>
internal readonly record struct TrainingFacts(int Rows, bool IsSparse, bool HasValidation, bool GoesOn = false);
