using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MLNet.GradientTrainers.Tests.Data;

/// <summary>A request as far as the tests care: path and first byte of the range, 0 without one.</summary>
internal sealed record LoopbackRequest(string Path, long From);

/// <summary>An answer. The connection closes after <see cref="Body"/>, whatever length was promised.</summary>
internal sealed record LoopbackResponse(int Status, byte[] Body)
{
    /// <summary>The Content-Length sent; none when null.</summary>
    public long? PromisedLength { get; init; } = Body.Length;

    public string? ContentRange { get; init; }

    /// <summary>Keeps the connection open and silent after the body.</summary>
    public bool Stall { get; init; }

    /// <summary>The file from the first byte asked for, as a good server gives it.</summary>
    public static LoopbackResponse Good(byte[] file, LoopbackRequest request) =>
        request.From == 0 ? new(200, file)
        : request.From >= file.Length ? new(416, [])
        : new(206, file[(int)request.From..]) { ContentRange = $"bytes {request.From}-{file.Length - 1}/{file.Length}" };
}

/// <summary>An HTTP server on loopback that can also do what good servers do not: end early, lie, go silent.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<LoopbackRequest, LoopbackResponse> _answer;
    private readonly Task _loop;

    public LoopbackServer(Func<LoopbackRequest, LoopbackResponse> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/mnist");
        _loop = AcceptAsync();
    }

    public Uri Address { get; }

    public ConcurrentQueue<LoopbackRequest> Requests { get; } = new();

    /// <summary>An address at which nobody listens.</summary>
    public static Uri Nobody()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/mnist/");
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _loop.Wait();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The end of the test.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using NetworkStream stream = client.GetStream();
                LoopbackRequest request = await ReadAsync(stream);
                Requests.Enqueue(request);
                LoopbackResponse response = _answer(request);
                var head = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {response.Status} Answer\r\nConnection: close\r\n"));
                if (response.PromisedLength is long length)
                {
                    head.Append(CultureInfo.InvariantCulture, $"Content-Length: {length}\r\n");
                }

                if (response.ContentRange is not null)
                {
                    head.Append(CultureInfo.InvariantCulture, $"Content-Range: {response.ContentRange}\r\n");
                }

                await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), _stop.Token);
                await stream.WriteAsync(response.Body, _stop.Token);
                await stream.FlushAsync(_stop.Token);
                if (response.Stall)
                {
                    await Task.Delay(Timeout.Infinite, _stop.Token);
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException)
            {
                // The caller hung up, or the test ended.
            }
        }
    }

    private static async Task<LoopbackRequest> ReadAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        string path = (await reader.ReadLineAsync())!.Split(' ')[1];
        long from = 0;
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            if (line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
            {
                from = long.Parse(line["Range: bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
            }
        }

        return new LoopbackRequest(path, from);
    }
}
