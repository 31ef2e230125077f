namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// What activations, losses, optimizers, initialisers and layers have in common: an immutable description that is found by its name in
/// its family's registry, and written into model files under that name.
/// </summary>
public interface IDescription
{
    /// <summary>The name in the registry and in model files: lower case, words joined by hyphens.</summary>
    string Name { get; }

    /// <summary>Throws when a setting is out of its range, naming it, its value and the range.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    void Validate();
}
