using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(FeatureContributionCalculatingTransformer), null, typeof(SignatureLoadModel), "", FeatureContributionCalculatingTransformer.LoaderSignature)]

namespace Microsoft.ML.Trainers
{
    /// <summary>A model that can tell what each feature adds to a score.</summary>
    internal interface IFeatureContributionMapper : ICanSaveModel
    {
        /// <summary>What each feature adds, dense.</summary>
        VBuffer<float> Contributions(in VBuffer<float> features);
    }

    public interface ICalculateFeatureContribution
    {
        FeatureContributionCalculator FeatureContributionCalculator { get; }
    }

    public sealed class FeatureContributionCalculator
    {
        internal FeatureContributionCalculator(IFeatureContributionMapper contributionMapper) => ContributionMapper = contributionMapper;
        internal IFeatureContributionMapper ContributionMapper { get; }
    }
}

namespace Microsoft.ML.Transforms
{
    public sealed class FeatureContributionCalculatingEstimator : TrivialEstimator<FeatureContributionCalculatingTransformer>
    {
        private readonly string _features;

        internal FeatureContributionCalculatingEstimator(IHostEnvironment env, ICalculateFeatureContribution model,
            int numberOfPositiveContributions, int numberOfNegativeContributions, string featureColumnName, bool normalize)
            : base(env.Register(nameof(FeatureContributionCalculatingEstimator)), new FeatureContributionCalculatingTransformer(env,
                model.FeatureContributionCalculator.ContributionMapper, featureColumnName, numberOfPositiveContributions, numberOfNegativeContributions, normalize))
            => _features = featureColumnName;

        public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
        {
            Contracts.CheckValue(inputSchema, nameof(inputSchema));
            var column = inputSchema.FindInput(_features);
            if (column.ItemType != NumberDataViewType.Single || column.Kind != SchemaShape.Column.VectorKind.Vector)
                throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "column", _features, "known-size vector of Single", column.GetTypeString());
            var result = inputSchema.ToDictionary(c => c.Name);
            result[DefaultColumnNames.FeatureContributions] = new SchemaShape.Column(DefaultColumnNames.FeatureContributions, column.Kind, column.ItemType,
                false, new SchemaShape(column.AnnotationsOf(AnnotationUtils.Kinds.SlotNames)));
            return new SchemaShape(result.Values);
        }
    }

    /// <summary>Adds the column FeatureContributions: the largest contributions of either sign, the others left out.</summary>
    public sealed class FeatureContributionCalculatingTransformer : OneToOneTransformerBase
    {
        internal const string LoaderSignature = "FeatureContribution";
        private const string ModelFolder = "Predictor";

        private readonly IFeatureContributionMapper _model;
        private readonly int _positive;
        private readonly int _negative;
        private readonly bool _normalize;

        internal FeatureContributionCalculatingTransformer(IHostEnvironment env, IFeatureContributionMapper model, string featureColumnName, int positive, int negative, bool normalize)
            : base(env.Register(nameof(FeatureContributionCalculatingTransformer)), [(DefaultColumnNames.FeatureContributions, featureColumnName)])
        {
            Contracts.Check(positive >= 0, "Number of top contribution must be non negative");
            Contracts.Check(negative >= 0, "Number of bottom contribution must be non negative");
            (_model, _positive, _negative, _normalize) = (model, positive, negative, normalize);
        }

        private static FeatureContributionCalculatingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
        {
            ctx.CheckAtModel(GetVersionInfo());
            string features = LoadColumns(ctx.Reader)[0].inputColumnName;
            ctx.LoadModel<IFeatureContributionMapper, SignatureLoadModel>(env, out var model, ModelFolder);
            return new FeatureContributionCalculatingTransformer(env, model, features, ctx.Reader.ReadInt32(), ctx.Reader.ReadInt32(), ctx.Reader.ReadBoolean());
        }

        private protected override void SaveModel(ModelSaveContext ctx)
        {
            ctx.CheckAtModel();
            ctx.SetVersionInfo(GetVersionInfo());
            SaveColumns(ctx.Writer);
            ctx.SaveModel(_model, ModelFolder);
            ctx.Writer.Write(_positive);
            ctx.Writer.Write(_negative);
            ctx.Writer.Write(_normalize);
        }

        private static VersionInfo GetVersionInfo() => TransformVersion.Make("FCC TRAN", LoaderSignature);

        private protected override MappedColumn MapColumn(int i, DataViewSchema.Column source)
        {
            if (source.Type is not VectorDataViewType vector || vector.ItemType != NumberDataViewType.Single)
                throw Contracts.ExceptSchemaMismatch("schema", "feature", source.Name, "vector of Single", source.Type.ToString());
            return new MappedColumn(ColumnPairs[i].outputColumnName, new VectorDataViewType(NumberDataViewType.Single, vector.Size),
                TransformSchema.Keep(source, AnnotationUtils.Kinds.SlotNames), [source.Index], row => MakeGetter(row, source));
        }

        private ValueGetter<VBuffer<float>> MakeGetter(DataViewRow row, DataViewSchema.Column source)
        {
            var getter = row.GetGetter<VBuffer<float>>(row.Schema[source.Index]);
            VBuffer<float> features = default;
            return (ref VBuffer<float> result) =>
            {
                getter(ref features);
                Largest(_model.Contributions(features)).CopyTo(ref result);
            };
        }

        private VBuffer<float> Largest(VBuffer<float> contributions)
        {
            var items = contributions.Items().ToArray();
            var kept = items.Where(c => c.Value > 0).OrderByDescending(c => c.Value).Take(_positive)
                .Concat(items.Where(c => c.Value < 0).OrderBy(c => c.Value).Take(_negative)).OrderBy(c => c.Key).ToArray();
            float largest = kept.Select(c => Math.Abs(c.Value)).DefaultIfEmpty().Max();
            float ratio = _normalize && largest > 0 ? 1 / largest : 1;
            return new VBuffer<float>(contributions.Length, kept.Length, [.. kept.Select(c => ratio * c.Value)], [.. kept.Select(c => c.Key)]);
        }
    }
}

namespace Microsoft.ML
{
    public static class ExplainabilityCatalog
    {
        public static FeatureContributionCalculatingEstimator CalculateFeatureContribution(this TransformsCatalog catalog,
            ISingleFeaturePredictionTransformer<ICalculateFeatureContribution> predictionTransformer,
            int numberOfPositiveContributions = 10, int numberOfNegativeContributions = 10, bool normalize = true)
            => new(catalog.GetEnvironment(), predictionTransformer.Model, numberOfPositiveContributions, numberOfNegativeContributions,
                predictionTransformer.FeatureColumnName, normalize);
    }
}
