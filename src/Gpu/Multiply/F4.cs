namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>Four floats, which a device reads and writes at once. Four registers: arrays would be memory.</summary>
internal readonly struct F4(float x, float y, float z, float w)
{
    public readonly float X = x;
    public readonly float Y = y;
    public readonly float Z = z;
    public readonly float W = w;
}
