using System.ComponentModel;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Writes and reads a <see cref="PolynomialTransformer"/>. ML.NET creates it by the name in the model file.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class PolynomialReader : IModelReader
{
    private const string What = "polynomial";

    /// <inheritdoc/>
    public ITransformer Read(IHostEnvironment env, BinaryReader main, Func<string, Action<BinaryReader>, bool> openStream)
    {
        ArgumentNullException.ThrowIfNull(main);
        return ModelPayload.Read<ITransformer>(main, What, reader =>
        {
            reader.CheckRest(0);
            string column = reader.ReadString();
            int features = InRange(reader.ReadInt32(), PolynomialTerms.MaxTerms, "features");
            int degree = InRange(reader.ReadInt32(), PolynomialTrainer.Options.MaxDegree, "degree");
            var terms = new PolynomialTerms(features, degree, interactionOnly: reader.ReadBoolean());
            var names = new string[features];
            var centres = new double[features];
            var halfWidths = new double[features];
            var lowest = new double[features];
            var highest = new double[features];
            for (int j = 0; j < features; j++)
            {
                names[j] = reader.ReadString();
                centres[j] = Finite(reader.ReadDouble());
                halfWidths[j] = Finite(reader.ReadDouble());
                (lowest[j], highest[j]) = Range(reader);
                if (names[j].Length == 0 || halfWidths[j] < 0)
                {
                    throw new InvalidDataException($"its feature {j} has the name '{Excerpt.Of(names[j])}' and the range {halfWidths[j]}");
                }
            }

            var (lowestScore, highestScore) = Range(reader);

            var weights = new double[terms.Count];
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = Finite(reader.ReadDouble());
            }

            var history = HistoryFormat.Read(reader, new RootMeanSquaredError());

            // Files of before the penalty was chosen end here.
            double ridge = reader.AtEnd ? 0 : reader.ReadDouble();
            ridge = double.IsNaN(ridge) ? ridge : Finite(ridge);
            double leaveOneOut = reader.AtEnd ? double.NaN : reader.ReadDouble();
            var range = new TrainingRange(lowest, highest, lowestScore, highestScore);
            return () => new PolynomialTransformer(new PolynomialModelParameters(new PolynomialBasis(terms, centres, halfWidths), weights, names, range, history, ridge, leaveOneOut), column);
        });
    }

    internal static void Write(BinaryWriter main, PolynomialTransformer transformer)
    {
        var model = transformer.Model;
        ModelPayload.Write(main, writer =>
        {
            writer.Write(transformer.FeatureColumnName);
            writer.Write(model.FeatureNames.Count);
            writer.Write(model.Degree);
            writer.Write(model.InteractionOnly);
            for (int j = 0; j < model.FeatureNames.Count; j++)
            {
                writer.Write(model.FeatureNames[j]);
                writer.Write(model.Basis.Centres[j]);
                writer.Write(model.Basis.HalfWidths[j]);
                writer.Write(model.Range.Lowest[j]);
                writer.Write(model.Range.Highest[j]);
            }

            writer.Write(model.Range.LowestScore);
            writer.Write(model.Range.HighestScore);

            foreach (double weight in model.Weights)
            {
                writer.Write(weight);
            }

            HistoryFormat.Write(writer, model.History);
            writer.Write(model.Ridge);
            writer.Write(model.LeaveOneOutRmse);
        });
    }

    private static (double Lowest, double Highest) Range(BinaryReader reader)
    {
        double lowest = Finite(reader.ReadDouble());
        double highest = Finite(reader.ReadDouble());
        return lowest <= highest ? (lowest, highest) : throw new InvalidDataException($"it has a range from {lowest} to {highest}");
    }

    private static int InRange(int value, int largest, string what) =>
        value >= 1 && value <= largest ? value : throw new InvalidDataException($"it tells {what} of {value}");

    private static double Finite(double value) => double.IsFinite(value) ? value : throw new InvalidDataException($"it has the number {value}");
}
