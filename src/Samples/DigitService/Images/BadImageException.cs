namespace MLNet.GradientTrainers.DigitService.Images;

/// <summary>An image that cannot be read; the message is for the caller who sent it.</summary>
internal sealed class BadImageException(string message) : Exception(message);
