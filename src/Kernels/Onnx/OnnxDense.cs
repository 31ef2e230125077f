namespace MLNet.GradientTrainers.Kernels;

/// <summary>Dense layers in ONNX: x · W + b by one operator.</summary>
internal static class OnnxDense
{
    public static string Add(Dense dense, OnnxScope scope, string x)
    {
        string weight = scope.Constant("weight", scope.Parameter("weight"), scope.InputShape.Size, dense.Units);

        // Gemm can do without a bias only since set 11.
        string product = dense.UseBias
            ? scope.Node("Gemm", [x, weight, scope.Constant("bias", scope.Parameter("bias"), dense.Units)])
            : scope.Node("MatMul", [x, weight]);
        return OnnxActivations.Add(dense.Activation, scope, product);
    }
}
