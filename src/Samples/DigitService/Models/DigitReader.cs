using MLNet.GradientTrainers.DigitService.Api;
using MLNet.GradientTrainers.Hosting;

namespace MLNet.GradientTrainers.DigitService.Models;

/// <summary>Reads digits with the model that serves, and tells which version answered.</summary>
internal sealed class DigitReader(IGradientModel<DigitInput, DigitOutput> model, BatchedPredictor<DigitInput, DigitOutput> batches, DigitExplainer explainer)
{
    /// <summary>Reads images, all with the same version. A single one is read together with those of other callers.</summary>
    /// <param name="images">784 ink values from 0 to 1 each.</param>
    /// <param name="explain">Whether to tell what the network saw and looked at.</param>
    /// <param name="cancellationToken">Gives the request up.</param>
    /// <exception cref="RequestException">There is no model yet: 503.</exception>
    public async Task<PredictResponse> ReadAsync(IReadOnlyList<float[]> images, bool explain, CancellationToken cancellationToken)
    {
        DigitInput[] inputs = [.. images.Select(image => new DigitInput { Features = image })];
        DigitOutput[] outputs;
        string version;
        try
        {
            if (inputs is [var input])
            {
                (DigitOutput output, version) = await batches.PredictWithVersionAsync(input, cancellationToken);
                outputs = [output];
            }
            else
            {
                outputs = model.Predict(inputs, out version);
            }
        }
        catch (GradientModelNotLoadedException)
        {
            throw new RequestException(StatusCodes.Status503ServiceUnavailable, "There is no model yet. The first one is learning, or waits for POST /train; GET /train tells.");
        }

        int[]?[] saliencies = explain ? explainer.Explain(images, version) : new int[]?[images.Count];
        return new PredictResponse(version, [.. images.Select((image, i) => Answer(outputs[i].Score, explain ? Bytes(image) : null, saliencies[i]))]);
    }

    private static DigitAnswer Answer(float[] probabilities, int[]? image, int[]? saliency)
    {
        int digit = Array.IndexOf(probabilities, probabilities.Max());
        return new DigitAnswer(digit, probabilities[digit], probabilities, image, saliency);
    }

    private static int[] Bytes(float[] ink) => Array.ConvertAll(ink, value => (int)MathF.Round(value * byte.MaxValue));
}
