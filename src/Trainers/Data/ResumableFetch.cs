using System.Net;
using System.Net.Http.Headers;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>One attempt at one file: continues what is already on disk where the server can.</summary>
internal sealed class ResumableFetch(HttpClient client, TimeSpan stallTimeout, IProgress<MnistDownloadProgress>? progress)
{
    /// <summary>Fetches what the part lacks.</summary>
    /// <returns>True when bytes of an earlier attempt are in the result.</returns>
    /// <exception cref="FetchException">The server or the connection failed; what arrived is on disk.</exception>
    public async Task<bool> RunAsync(Uri address, MnistFile file, string partPath, CancellationToken cancellationToken)
    {
        await using var part = new FileStream(partPath, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        if (part.Length > file.LengthLimit)
        {
            part.SetLength(0);
        }

        long offset = part.Length;
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using HttpResponseMessage response = await Guarded(Send, stall, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && offset > 0)
        {
            // Nothing is left to send: the part may be whole. The checksum decides.
            return true;
        }

        if (!response.IsSuccessStatusCode)
        {
            int status = (int)response.StatusCode;
            throw new FetchException($"{status} {Excerpt.Of(response.ReasonPhrase)}", mayPass: status is 408 or 429 or >= 500);
        }

        bool resumed = offset > 0 && response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == offset;
        if (!resumed)
        {
            part.SetLength(0);
        }

        part.Seek(0, SeekOrigin.End);
        long? total = part.Length + response.Content.Headers.ContentLength;
        CheckLimit(total ?? 0, file);
        await using Stream body = await Guarded(response.Content.ReadAsStreamAsync, stall, cancellationToken).ConfigureAwait(false);
        var buffer = new byte[1 << 16];
        while (true)
        {
            progress?.Report(new MnistDownloadProgress(file.Name, part.Length, total));
            int read = await Guarded(token => body.ReadAsync(buffer, token).AsTask(), stall, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            CheckLimit(part.Length + read, file);
            await part.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }

        part.Flush(flushToDisk: true);
        return resumed;

        Task<HttpResponseMessage> Send(CancellationToken token)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("MLNet.GradientTrainers", null));
            if (offset > 0)
            {
                request.Headers.Range = new RangeHeaderValue(offset, null);
            }

            return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
        }
    }

    private static void CheckLimit(long length, MnistFile file)
    {
        if (length > file.LengthLimit)
        {
            throw new FetchException($"it sends more than the {file.LengthLimit} bytes that the file can have", mayPass: false);
        }
    }

    /// <summary>Runs a step on the network; failures and silence become a <see cref="FetchException"/>, the caller's cancellation stays what it is.</summary>
    private async Task<T> Guarded<T>(Func<CancellationToken, Task<T>> step, CancellationTokenSource stall, CancellationToken cancellationToken)
    {
        stall.CancelAfter(stallTimeout);
        try
        {
            return await step(stall.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new FetchException($"no answer within {stallTimeout.TotalSeconds:0.###} s", mayPass: true, exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new FetchException(exception.Message, mayPass: true, exception);
        }
        finally
        {
            // Only the network is timed, not the disk.
            stall.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }
}

/// <summary>A mirror failed to give a file.</summary>
/// <param name="message">What it answered.</param>
/// <param name="mayPass">True when asking again may help.</param>
/// <param name="innerException">The cause.</param>
internal sealed class FetchException(string message, bool mayPass, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>True when asking again may help.</summary>
    public bool MayPass { get; } = mayPass;
}
