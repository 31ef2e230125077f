using System.Diagnostics.CodeAnalysis;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

public sealed partial class SgdMaximumEntropyTrainer
{
    /// <summary>The options of <see cref="SgdMaximumEntropyTrainer"/>.</summary>
    public sealed record Options : LinearClassifierOptions
    {
        /// <summary>Creates options with their defaults.</summary>
        [SetsRequiredMembers]
        public Options()
            : base(new SoftmaxCrossEntropy())
        {
        }

        /// <inheritdoc cref="MlpTrainer.Options.ClassWeights"/>
        public ClassWeights? ClassWeights { get; set; }

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            Require(Loss.Link == OutputLink.Softmax, nameof(Loss), Loss.Name, "a loss of classes: new SoftmaxCrossEntropy()");
        }
    }
}
