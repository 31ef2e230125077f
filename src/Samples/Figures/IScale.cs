namespace MLNet.GradientTrainers.Samples.Figures;

/// <summary>An axis from data to pixels.</summary>
internal interface IScale
{
    /// <summary>The value at the low end.</summary>
    double Minimum { get; }

    /// <summary>The value at the high end.</summary>
    double Maximum { get; }

    /// <summary>The ticks with their labels, from low to high.</summary>
    IEnumerable<(double Value, string Label)> Ticks { get; }

    /// <summary>The pixel of a value.</summary>
    double Pixel(double value);
}
