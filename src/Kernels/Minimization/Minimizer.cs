namespace MLNet.GradientTrainers.Kernels;

/// <summary>A function of several variables that is differentiated automatically.</summary>
/// <param name="x">The variables.</param>
public delegate Dual DifferentiableFunction(ReadOnlySpan<Dual> x);

/// <summary>A function of several variables.</summary>
/// <param name="x">The variables.</param>
public delegate double ScalarFunction(ReadOnlySpan<double> x);

/// <summary>The gradient of a function of several variables.</summary>
/// <param name="x">The variables.</param>
/// <param name="gradient">Receives ∂f/∂xⱼ; all 0 before, so that it may be added up.</param>
public delegate void GradientFunction(ReadOnlySpan<double> x, Span<double> gradient);

/// <summary>
/// Minimises a function by gradient descent with any optimizer: xₖ₊₁ = xₖ − rate · f′(xₖ), or what the optimizer makes of the gradient. It finds a local
/// minimum near the start.
/// </summary>
/// <example>
/// <code>
/// MinimizerResult result = Minimizer.Minimize(x => x * x * Dual.Sin(x), start: 2.5, new Sgd { LearningRate = 0.01 });
/// </code>
/// </example>
/// <remarks>
/// Where the gradient is 0 plain descent stays, be it a minimum, a maximum or a saddle point. Momentum carries through flat places, and
/// <see cref="MinimizerOptions.GradientNoise"/> leaves saddle points. Weight decay, which <see cref="AdamW"/> has unless told otherwise, pulls the variables towards 0 and off the
/// minimum: set <see cref="Optimizer.WeightDecay"/> to 0. A. Cauchy, "Méthode générale pour la résolution des systèmes d'équations simultanées", 1847.
/// </remarks>
public static class Minimizer
{
    /// <summary>Minimises a function of one variable; its derivative is derived automatically.</summary>
    /// <param name="function">f, written over <see cref="Dual"/>.</param>
    /// <param name="start">Where to start.</param>
    /// <param name="optimizer">How a gradient becomes a step; null for plain descent at rate 0.01.</param>
    /// <param name="options">The other settings; null for their defaults.</param>
    /// <exception cref="ArgumentException">The start is not finite, or a setting is out of its range.</exception>
    /// <exception cref="DivergenceException">A point or value became infinite or NaN, or the value kept growing; the message names a learning rate that suits the start.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static MinimizerResult Minimize(Func<Dual, Dual> function, double start, Optimizer? optimizer = null, MinimizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Run(
            (x, gradient) =>
            {
                Dual value = function(Dual.Variable(x[0]));
                gradient[0] = value.Derivative;
                return value.Value;
            },
            [start],
            optimizer,
            options);
    }

    /// <summary>Minimises a function of one variable whose derivative is given.</summary>
    /// <param name="function">f.</param>
    /// <param name="derivative">f′.</param>
    /// <inheritdoc cref="Minimize(Func{Dual, Dual}, double, Optimizer?, MinimizerOptions?)"/>
    /// <param name="start">Where to start.</param>
    /// <param name="optimizer">How a gradient becomes a step; null for plain descent at rate 0.01.</param>
    /// <param name="options">The other settings; null for their defaults.</param>
    public static MinimizerResult Minimize(
        Func<double, double> function, Func<double, double> derivative, double start, Optimizer? optimizer = null, MinimizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(derivative);
        return Run(
            (x, gradient) =>
            {
                gradient[0] = derivative(x[0]);
                return function(x[0]);
            },
            [start],
            optimizer,
            options);
    }

    /// <summary>Minimises a function of several variables; its gradient is derived automatically, by one evaluation for each variable. For thousands of variables give the gradient.</summary>
    /// <param name="function">f, written over <see cref="Dual"/>.</param>
    /// <param name="start">Where to start; at least one variable.</param>
    /// <inheritdoc cref="Minimize(Func{Dual, Dual}, double, Optimizer?, MinimizerOptions?)"/>
    /// <param name="optimizer">How a gradient becomes a step; null for plain descent at rate 0.01.</param>
    /// <param name="options">The other settings; null for their defaults.</param>
    public static MinimizerResult Minimize(DifferentiableFunction function, ReadOnlySpan<double> start, Optimizer? optimizer = null, MinimizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        Dual[] variables = new Dual[start.Length];
        return Run(
            (x, gradient) =>
            {
                Dual value = default;
                for (int j = 0; j < variables.Length; j++)
                {
                    for (int k = 0; k < variables.Length; k++)
                    {
                        variables[k] = new Dual(x[k], k == j ? 1 : 0);
                    }

                    value = function(variables);
                    gradient[j] = value.Derivative;
                }

                return value.Value;
            },
            start,
            optimizer,
            options);
    }

    /// <summary>Minimises a function of several variables whose gradient is given.</summary>
    /// <param name="function">f.</param>
    /// <param name="gradient">Its gradient.</param>
    /// <param name="start">Where to start; at least one variable.</param>
    /// <inheritdoc cref="Minimize(Func{Dual, Dual}, double, Optimizer?, MinimizerOptions?)"/>
    /// <param name="optimizer">How a gradient becomes a step; null for plain descent at rate 0.01.</param>
    /// <param name="options">The other settings; null for their defaults.</param>
    public static MinimizerResult Minimize(
        ScalarFunction function, GradientFunction gradient, ReadOnlySpan<double> start, Optimizer? optimizer = null, MinimizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(gradient);
        return Run(
            (x, g) =>
            {
                gradient(x, g);
                return function(x);
            },
            start,
            optimizer,
            options);
    }

    private static MinimizerResult Run(MinimizerRun.Evaluation evaluate, ReadOnlySpan<double> start, Optimizer? optimizer, MinimizerOptions? options) =>
        new MinimizerRun(evaluate, start, optimizer ?? new Sgd(), options ?? new MinimizerOptions()).Run();
}
