using System.Globalization;
using System.Text;

namespace MLNet.GradientTrainers;

/// <summary>Fetches a list of files into a folder: mirrors in order, several attempts each, checksums before names.</summary>
internal sealed class MnistDownload(IReadOnlyList<MnistFile> files, string directory, MnistDownloadOptions options)
{
    private static readonly Lazy<HttpClient> DefaultClient = new(() => new HttpClient { Timeout = Timeout.InfiniteTimeSpan });

    private readonly List<Uri> _mirrors = [.. options.Mirrors.Select(WithSlash)];

    public async Task<string[]> RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        var paths = new string[files.Count];
        for (int i = 0; i < paths.Length; i++)
        {
            paths[i] = await files[i].FindVerifiedAsync(directory, cancellationToken).ConfigureAwait(false)
                ?? await FetchAsync(i, cancellationToken).ConfigureAwait(false);
        }

        return paths;
    }

    private static Uri WithSlash(Uri mirror) =>
        mirror.AbsoluteUri.EndsWith('/') ? mirror : new Uri(mirror.AbsoluteUri + "/");

    private async Task<string> FetchAsync(int index, CancellationToken cancellationToken)
    {
        MnistFile file = files[index];
        string path = Path.Combine(directory, file.Name);
        if (File.Exists(path) && await file.CheckAsync(path, cancellationToken).ConfigureAwait(false) == MnistFileState.Other)
        {
            throw new IOException(
                $"'{path}' is an intact file of another data set (Fashion-MNIST uses the same names). It is not replaced: choose another folder for MNIST.");
        }

        var answers = new List<string>();
        Exception? last = null;
        foreach (Uri mirror in _mirrors.ToArray())
        {
            var address = new Uri(mirror, file.Name);
            try
            {
                await FetchFromAsync(address, file, path, cancellationToken).ConfigureAwait(false);
                return path;
            }
            catch (FetchException exception)
            {
                last = exception;
                answers.Add($"  {address}: {exception.Message}");

                // A mirror that failed is asked last for the files still to come.
                _mirrors.Remove(mirror);
                _mirrors.Add(mirror);
            }
        }

        throw new MnistDownloadException(Message(index, answers), last);
    }

    /// <summary>Asks one mirror until it gives the right file, fails for good, or the attempts are used up.</summary>
    private async Task FetchFromAsync(Uri address, MnistFile file, string path, CancellationToken cancellationToken)
    {
        string part = path + ".part";
        var fetch = new ResumableFetch(options.HttpClient ?? DefaultClient.Value, options.StallTimeout, options.Progress);
        TimeSpan delay = options.RetryDelay;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                bool resumed = await fetch.RunAsync(address, file, part, cancellationToken).ConfigureAwait(false);
                if (await file.CheckAsync(part, cancellationToken).ConfigureAwait(false) == MnistFileState.Right)
                {
                    PendingFile.Replace(part, path);
                    return;
                }

                File.Delete(part);
                if (!resumed)
                {
                    throw new FetchException("what it sent is not the expected file (wrong length or checksum)", mayPass: false);
                }

                // The old part may be to blame, not this mirror: begin anew without counting it.
                attempt--;
            }
            catch (FetchException exception) when (exception.MayPass && attempt < options.Attempts)
            {
                await Task.Delay(delay, cancellationToken).ConfigureAwait(false);
                delay *= 2;
            }
        }
    }

    private string Message(int index, List<string> answers)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{files[index].Name} could not be downloaded:").AppendLine();
        text.AppendJoin(Environment.NewLine, answers).AppendLine();
        string missing = string.Join(", ", files.Where((file, i) => i == index || (i > index && file.FindIn(directory) is null)).Select(file => file.Name));
        text.Append(
            CultureInfo.InvariantCulture,
            $"Try again later: what has arrived is kept. Or put these files, packed or unpacked, from any copy of MNIST into '{Path.GetFullPath(directory)}': {missing}.");
        return text.ToString();
    }
}
