using System.Diagnostics.CodeAnalysis;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

public sealed partial class MlpTrainer
{
    /// <summary>The options of <see cref="MlpTrainer"/>.</summary>
    public sealed record Options : MlpOptions
    {
        /// <summary>Creates options with their defaults.</summary>
        [SetsRequiredMembers]
        public Options()
            : base(new SoftmaxCrossEntropy())
        {
        }

        /// <summary>How much a row of each class counts; null: all the same.</summary>
        public ClassWeights? ClassWeights { get; set; }
    }
}
