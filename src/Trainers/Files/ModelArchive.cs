using System.Globalization;
using System.IO.Compression;
using System.Reflection;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Says in a sentence what is wrong with a model file: before ML.NET reads it, and of the exception that it throws.</summary>
/// <param name="path">The file.</param>
internal sealed class ModelArchive(string path)
{
    /// <summary>Of zeros the archive keeps one byte in a thousand. A model does not consist of zeros.</summary>
    private const int ExpansionLimit = 500;

    /// <summary>So much does no harm, whatever it expands from.</summary>
    private const long HarmlessLength = 256 << 20;

    private const string Again = "Copy the file again, or save the model again.";

    /// <summary>What is wrong with the file; null when its parts are whole. ML.NET's readers do not look, and some never end on damage.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public string? Problem()
    {
        if (Directory.Exists(path))
        {
            return $"'{path}' is a folder, not a model file.";
        }

        if (!File.Exists(path))
        {
            return $"There is no file '{path}'.";
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        return Problem(file);
    }

    /// <summary>What is wrong with the content of the file; null when its parts are whole.</summary>
    /// <param name="file">The content, which can seek; stays open.</param>
    public string? Problem(Stream file)
    {
        if (file.Length == 0)
        {
            return $"'{path}' is empty. {Again}";
        }

        ZipArchive archive;
        try
        {
            archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (InvalidDataException)
        {
            return $"'{path}' is no model file of ML.NET, or it is cut short: it is not a whole zip archive. {Again}";
        }

        using (archive)
        {
            return Problem(archive, file.Length);
        }
    }

    /// <summary>What an exception of ML.NET's loader says.</summary>
    public string Problem(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            string? missing = (cause as FileNotFoundException)?.FileName ?? (cause as FileLoadException)?.FileName;
            if (missing is not null && missing != path)
            {
                return $"'{path}' needs the assembly '{Excerpt.Of(missing.Split(',')[0])}', which this program does not have: add the package of that name.";
            }
        }

        return $"'{path}' can't be loaded: {Reason(exception)}";
    }

    /// <summary>What an exception says, in one line.</summary>
    public static string Reason(Exception exception)
    {
        // What reflection and initializers wrap says nothing.
        while (exception is TargetInvocationException or TypeInitializationException or AggregateException && exception.InnerException is { } inner)
        {
            exception = inner;
        }

        string reason = string.Join(' ', exception.Message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return $"{(exception is OutOfMemoryException ? "it takes more memory than there is. " : "")}{Excerpt.Of(reason, Excerpt.MessageLength)}";
    }

    private string? Problem(ZipArchive archive, long fileLength)
    {
        try
        {
            var entries = archive.Entries;
            if (!entries.Any(entry => entry.Name is "Model.key" or "Model.bin" || entry.FullName.EndsWith(@"\Model.key", StringComparison.Ordinal)))
            {
                return $"'{path}' is a zip archive without a model of ML.NET.";
            }

            long length = entries.Sum(entry => entry.Length);
            if (length > HarmlessLength && length / ExpansionLimit > fileLength)
            {
                return string.Create(
                    CultureInfo.InvariantCulture, $"'{path}' of {fileLength:N0} bytes unpacks to {length:N0}, which only a file does that is made to fill disk and memory. If you trust it, load it by mlContext.Model.Load.");
            }

            var damaged = entries.FirstOrDefault(entry => Crc32.Of(entry) != entry.Crc32);
            return damaged is null ? null : Damaged($"its part '{Excerpt.Of(damaged.FullName)}' does not match its checksum");
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentException or NotSupportedException or OverflowException)
        {
            return Damaged(exception.Message.TrimEnd('.'));
        }
    }

    private string Damaged(string how) => $"'{path}' is damaged: {how}. {Again}";
}
