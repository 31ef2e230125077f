using Microsoft.ML.Data;
using MLNet.GradientTrainers.DigitService.Images;

namespace MLNet.GradientTrainers.DigitService.Models;

/// <summary>An image and its digit, to learn or to measure with.</summary>
internal sealed class DigitRow
{
    /// <summary>28 rows of 28 ink values from 0 to 1.</summary>
    [VectorType(1, DigitNormalizer.Size, DigitNormalizer.Size)]
    public float[] Features { get; set; } = [];

    /// <summary>The digit. ML.NET takes keys that are in memory as numbers from 0.</summary>
    [KeyType(10)]
    public uint Label { get; set; }
}

/// <summary>An image to read.</summary>
internal sealed class DigitInput
{
    /// <summary>28 rows of 28 ink values from 0 to 1.</summary>
    [VectorType(1, DigitNormalizer.Size, DigitNormalizer.Size)]
    public float[] Features { get; set; } = [];
}

/// <summary>What the model says of an image.</summary>
internal sealed class DigitOutput
{
    /// <summary>The probability of each digit, from 0 to 9.</summary>
    public float[] Score { get; set; } = [];
}
