using ILGPU;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>Numbers that an operation may be given or not, as a kernel takes them.</summary>
/// <param name="view">The numbers, or none.</param>
/// <param name="other">Any view: a kernel takes no empty one.</param>
/// <param name="otherwise">What each is where none are given.</param>
internal readonly struct OptionalView(ArrayView<float> view, ArrayView<float> other, float otherwise)
{
    private readonly ArrayView<float> _view = view.Length > 0 ? view : other;
    private readonly int _given = view.Length > 0 ? 1 : 0;
    private readonly float _otherwise = otherwise;

    /// <summary>The number at a place.</summary>
    public float At(int index) => _given != 0 ? _view[index] : _otherwise;
}
