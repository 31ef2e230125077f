namespace MLNet.GradientTrainers;

/// <summary>How a <see cref="PolynomialTrainer"/> finds the coefficients.</summary>
public enum PolynomialSolver
{
    /// <summary>The least-squares optimum in closed form, by QR. Squared error only.</summary>
    QR,

    /// <summary>Gradient descent with any optimizer and any loss of numbers; early stopping, and going on with a model.</summary>
    GradientDescent,
}
