using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using MLNet.GradientTrainers.DigitService.Images;

namespace MLNet.GradientTrainers.DigitService.Api;

/// <summary>Reads the images of a request: numbers in JSON, one PNG picture as the body, or several in a form.</summary>
internal sealed class PredictRequestReader(IOptions<DigitServiceOptions> options)
{
    /// <summary>The media types that are read.</summary>
    public const string Json = "application/json", Png = "image/png", Form = "multipart/form-data";

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web) { NumberHandling = JsonNumberHandling.Strict };

    /// <summary>Reads images as the network takes them, 784 ink values from 0 to 1 each.</summary>
    /// <exception cref="RequestException">The request cannot be read, its images are not digits, or there are too many.</exception>
    public async Task<ReadImages> ReadAsync(HttpRequest request)
    {
        string type = RequestBody.MediaType(request);
        if (type is not (Json or Png or Form))
        {
            throw new RequestException(StatusCodes.Status415UnsupportedMediaType, $"Send {Json} with numbers, {Png} with one picture, or {Form} with several pictures.");
        }

        byte[] body = await RequestBody.ReadAsync(request, options.Value.Limits.BodyBytes);
        bool explain = request.Query["explain"] == "true";
        return type switch
        {
            Json => Numbers(body),
            Png => new ReadImages([Single(body)], explain),
            _ => new ReadImages(await PicturesAsync(request, body), explain),
        };
    }

    private float[] Single(byte[] picture)
    {
        CheckPixels([picture]);
        return Picture(picture, "picture");
    }

    private ReadImages Numbers(byte[] body)
    {
        PredictRequest? request;
        try
        {
            request = JsonSerializer.Deserialize<PredictRequest>(body, Web);
        }
        catch (JsonException e)
        {
            throw Bad($"The JSON cannot be read at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}. Send {{\"images\": [[784 numbers]]}}.");
        }

        if (request?.Images is not { Count: > 0 } images)
        {
            throw Bad("There is no image. Send {\"images\": [[784 numbers]]}.");
        }

        CheckCount(images.Count);
        return new ReadImages([.. images.Select((image, i) => Number(image, i, request.Center))], request.Explain);
    }

    private static float[] Number(float[]? image, int index, bool center)
    {
        const int Count = DigitNormalizer.Size * DigitNormalizer.Size;
        if (image?.Length != Count)
        {
            throw Bad($"Image {index + 1} has {image?.Length ?? 0} numbers; an image has {Count}, 28 rows of 28 pixels. Pictures of other sizes are taken as {Png}.");
        }

        int bad = Array.FindIndex(image, value => !(value is >= 0 and <= 255));
        if (bad >= 0)
        {
            throw Bad($"Number {bad + 1} of image {index + 1} is not from 0, paper, to 255, full ink.");
        }

        float[] ink = Array.ConvertAll(image, value => value / 255);
        return center ? Normalized(new InkImage(DigitNormalizer.Size, DigitNormalizer.Size, ink), $"image {index + 1}") : ink;
    }

    private async Task<IReadOnlyList<float[]>> PicturesAsync(HttpRequest request, byte[] body)
    {
        request.Body = new MemoryStream(body, writable: false);
        IFormCollection form;
        try
        {
            form = await new FormFeature(request, new FormOptions { MemoryBufferThreshold = int.MaxValue, MultipartBodyLengthLimit = options.Value.Limits.BodyBytes })
                .ReadFormAsync(request.HttpContext.RequestAborted);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or BadHttpRequestException or ArgumentException or FormatException)
        {
            throw Bad("The form cannot be read. Send each picture as a file of a multipart form.");
        }

        if (form.Files.Count == 0)
        {
            throw Bad("The form has no file. Send each picture as a file of a multipart form.");
        }

        CheckCount(form.Files.Count);
        var pictures = new List<byte[]>();
        foreach (IFormFile file in form.Files)
        {
            using var content = new MemoryStream();
            await file.CopyToAsync(content);
            pictures.Add(content.ToArray());
        }

        CheckPixels(pictures);
        var images = new List<float[]>();
        foreach (byte[] picture in pictures)
        {
            // To unpack them all may take a second, for which a caller may not wait.
            request.HttpContext.RequestAborted.ThrowIfCancellationRequested();
            images.Add(Picture(picture, $"picture {images.Count + 1}"));
        }

        return images;
    }

    /// <summary>Before any is unpacked: a few kilobytes may be a picture that takes half a second.</summary>
    private void CheckPixels(IReadOnlyList<byte[]> pictures)
    {
        long pixels = 0;
        try
        {
            pixels = pictures.Sum(picture => (long)PngHeader.Read(picture).Pixels);
        }
        catch (BadImageException e)
        {
            throw Bad(e.Message);
        }

        int most = options.Value.Limits.Pixels;
        if (pixels > most)
        {
            throw new RequestException(StatusCodes.Status413PayloadTooLarge, $"The request's pictures have {pixels} pixels together; at most {most} are read at once. Send smaller pictures, or fewer.");
        }
    }

    private static float[] Picture(byte[] png, string name)
    {
        try
        {
            return Normalized(InkReader.Read(png), name);
        }
        catch (BadImageException e)
        {
            throw Bad(e.Message);
        }
    }

    private static float[] Normalized(InkImage image, string name) => DigitNormalizer.Normalize(image) ?? throw Bad($"The {name} is blank: nothing is written on it.");

    private void CheckCount(int count)
    {
        int most = options.Value.Limits.Images;
        if (count > most)
        {
            throw new RequestException(StatusCodes.Status413PayloadTooLarge, $"The request has {count} images; at most {most} are answered at once.");
        }
    }

    private static RequestException Bad(string message) => new(StatusCodes.Status400BadRequest, message);
}

/// <summary>The images of a request.</summary>
/// <param name="Images">784 ink values from 0 to 1 each.</param>
/// <param name="Explain">Whether the caller wants to see what the network saw.</param>
internal sealed record ReadImages(IReadOnlyList<float[]> Images, bool Explain);
