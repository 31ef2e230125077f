namespace MLNet.GradientTrainers;

/// <summary>A file could be had from no mirror. The message lists what each mirror answered, and the files to put in place by hand.</summary>
public sealed class MnistDownloadException : IOException
{
    internal MnistDownloadException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
