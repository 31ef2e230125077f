namespace MLNet.GradientTrainers.Samples.CommandLine;

/// <summary>A failure that the user can mend: the message says how, and is all that is printed.</summary>
internal sealed class SampleException(string message) : Exception(message);
