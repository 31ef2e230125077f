namespace MLNet.GradientTrainers.DigitService.Training;

/// <summary>A training as callers see it.</summary>
/// <param name="Id">Tells trainings apart.</param>
/// <param name="State"><c>queued</c>, <c>running</c>, <c>published</c>, <c>rejected</c>, <c>cancelled</c>, <c>failed</c> or <c>interrupted</c>.</param>
/// <param name="Epochs">Passes over the images that it takes.</param>
/// <param name="Fraction">How much of it is done, 0 to 1.</param>
/// <param name="SecondsLeft">The time that the rest is likely to take; null where it can't be told.</param>
/// <param name="Detail">How it ended; null before.</param>
/// <param name="Curve">Epoch and loss of the batches, with parts of an epoch, each the mean since the one before.</param>
/// <param name="Records">The epochs that are done.</param>
public sealed record TrainingView(
    string Id, string State, int Epochs, double Fraction, double? SecondsLeft, string? Detail, IReadOnlyList<double[]> Curve, IReadOnlyList<EpochView> Records);

/// <summary>An epoch that is done.</summary>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="Loss">Mean loss of the batches.</param>
/// <param name="Accuracy">Share of their digits that were read right.</param>
/// <param name="HeldOutLoss">Loss of the held-out digits.</param>
/// <param name="HeldOutAccuracy">Share of them that are read right.</param>
public sealed record EpochView(int Epoch, double? Loss, double? Accuracy, double? HeldOutLoss, double? HeldOutAccuracy);

/// <summary>What is new of a training between two epochs.</summary>
/// <param name="Id">The training.</param>
/// <param name="Epoch">Where it is, with parts of an epoch.</param>
/// <param name="Loss">Mean loss of the batches since the last one.</param>
/// <param name="Fraction">How much of it is done, 0 to 1.</param>
/// <param name="SecondsLeft">The time that the rest is likely to take; null where it can't be told.</param>
public sealed record ProgressView(string Id, double Epoch, double Loss, double Fraction, double? SecondsLeft);

/// <summary>An epoch is done.</summary>
/// <param name="Id">The training.</param>
/// <param name="Record">The epoch.</param>
public sealed record EpochDone(string Id, EpochView Record);
