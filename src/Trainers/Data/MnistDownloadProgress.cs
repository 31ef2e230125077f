namespace MLNet.GradientTrainers;

/// <summary>How far the download of one file is.</summary>
/// <param name="FileName">The file.</param>
/// <param name="BytesReceived">Bytes on disk, those of earlier runs included. Falls back to 0 when a server cannot continue a file.</param>
/// <param name="TotalBytes">The file's length, where the server tells it.</param>
public sealed record MnistDownloadProgress(string FileName, long BytesReceived, long? TotalBytes);
