using System.Runtime.Intrinsics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Rows of features as the linear kernels see them: products in double, one row or eight rows at a time. Row numbers are trusted. Sums run in one order
/// that no register width changes.
/// </summary>
internal interface ILinearRows
{
    /// <summary>Σ wⱼ · xⱼ of a row.</summary>
    double Dot(int row, ref double weights);

    /// <summary>Σ wⱼ · xⱼ of eight rows.</summary>
    Vector512<double> Dot(ref int rows, ref double weights);

    /// <summary>Σ |wⱼ · xⱼ| of a row.</summary>
    double SumOfMagnitudes(int row, ref double weights);

    /// <summary>targetⱼ += factor · xⱼ of a row.</summary>
    void AddScaled(int row, double factor, ref double target);

    /// <summary>targetⱼ += Σ factorᵣ · xᵣⱼ over eight rows r.</summary>
    void AddScaled(ref int rows, Vector512<double> factors, ref double target);

    /// <summary>Σ xⱼ² of a row.</summary>
    double SquaredNorm(int row);

    /// <summary>Asks the memory for a row that will be read soon.</summary>
    void Prefetch(int row);
}
