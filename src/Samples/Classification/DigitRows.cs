using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Samples.Classification;

/// <summary>A row of <c>LoadFromIdx</c>: an image of 28 × 28 pixels and its digit.</summary>
internal sealed class DigitImage
{
    /// <summary>Rows and columns of an image.</summary>
    public const int Size = 28;

    /// <summary>The pixels, rows from the top.</summary>
    [VectorType(1, Size, Size)]
    public float[] Features { get; set; } = [];

    /// <summary>The key of the digit: 1 for "0".</summary>
    [KeyType(10)]
    public uint Label { get; set; }

    /// <summary>The digit as text.</summary>
    public string Digit => $"{Label - 1}";
}

/// <summary>What a model says of an image.</summary>
internal sealed class DigitPrediction
{
    /// <summary>The key of the predicted digit.</summary>
    [KeyType(10)]
    public uint PredictedLabel { get; set; }

    /// <summary>The predicted digit as text, from the key's values.</summary>
    public string PredictedDigit { get; set; } = "";

    /// <summary>A score for each digit.</summary>
    public float[] Score { get; set; } = [];
}
