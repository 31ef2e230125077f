namespace MLNet.GradientTrainers.Kernels;

/// <summary>The type of a tensor's elements, with ONNX's numbers (<c>TensorProto.DataType</c>).</summary>
public enum OnnxElementType
{
    /// <summary>32-bit floating point.</summary>
    Single = 1,

    /// <summary>A byte.</summary>
    Byte = 2,

    /// <summary>A signed 64-bit number.</summary>
    Int64 = 7,

    /// <summary>True or false, in a byte.</summary>
    Boolean = 9,

    /// <summary>64-bit floating point.</summary>
    Double = 11,

    /// <summary>An unsigned 32-bit number; ML.NET's keys, 0 for a missing one.</summary>
    UInt32 = 12,
}
