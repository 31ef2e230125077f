namespace MLNet.GradientTrainers.DigitService.Api;

/// <summary>Images as numbers.</summary>
/// <param name="Images">Each 784 numbers: 28 rows of 28 pixels from the top, 0 for paper to 255 for full ink.</param>
/// <param name="Center">True, the default, scales and centres each image as those of MNIST are; false takes it as it is.</param>
/// <param name="Explain">True answers also with the image that the network saw and what it looked at.</param>
public sealed record PredictRequest(IReadOnlyList<float[]?>? Images, bool Center = true, bool Explain = false);

/// <summary>What the images are.</summary>
/// <param name="Model">The fingerprint of the version that answered, one for all images; GET /models tells its number.</param>
/// <param name="Predictions">One for each image, in their order.</param>
public sealed record PredictResponse(string Model, IReadOnlyList<DigitAnswer> Predictions);

/// <summary>What an image is.</summary>
/// <param name="Digit">The most probable digit, 0 to 9.</param>
/// <param name="Probability">Its probability.</param>
/// <param name="Probabilities">The probability of each digit from 0 to 9.</param>
/// <param name="Image">What the network saw: 28 rows of 28 pixels, 0 to 255 for full ink. Only when asked to explain.</param>
/// <param name="Saliency">What it looked at: by how much each pixel moves the answer, 0 to 255 for the most. Only when asked to explain.</param>
public sealed record DigitAnswer(int Digit, float Probability, float[] Probabilities, int[]? Image = null, int[]? Saliency = null);
