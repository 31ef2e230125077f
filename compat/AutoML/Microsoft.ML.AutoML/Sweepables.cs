using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;
using Space = Microsoft.ML.SearchSpace.SearchSpace;

namespace Microsoft.ML.AutoML;

public interface ISweepable<out T>
    where T : IEstimator<ITransformer>
{
    Space SearchSpace { get; }

    T BuildFromOption(MLContext context, Parameter parameter);
}

public class SweepableEstimator : ISweepable<IEstimator<ITransformer>>
{
    private readonly Func<MLContext, Parameter, IEstimator<ITransformer>> _factory;

    public SweepableEstimator(Func<MLContext, Parameter, IEstimator<ITransformer>> factory, Space ss)
    {
        _factory = factory;
        SearchSpace = ss;
        Parameter = ss.SampleFromFeatureSpace(ss.Default);
    }

    public Space SearchSpace { get; set; }

    public Parameter Parameter { get; set; }

    public virtual IEstimator<ITransformer> BuildFromOption(MLContext context, Parameter param) => _factory(context, param);
}

/// <summary>Estimators one after another, some of them with alternatives. Which ones a trial takes is an option of its own, its terms such as "e0 * e2".</summary>
public class SweepablePipeline : ISweepable<EstimatorChain<ITransformer>>
{
    private const string Schema = "_SCHEMA_";
    private const string Then = " * ";

    private readonly string[] _terms;

    internal SweepablePipeline()
        : this([], [""])
    {
    }

    private SweepablePipeline(Dictionary<string, SweepableEstimator> estimators, string[] terms) => (Estimators, _terms) = (estimators, terms);

    public Dictionary<string, SweepableEstimator> Estimators { get; }

    public Space SearchSpace
    {
        get
        {
            var space = new Space();
            foreach (var (key, estimator) in Estimators)
            {
                space.Add(key, estimator.SearchSpace);
            }

            space.Add(Schema, new ChoiceOption([.. _terms]));
            return space;
        }
    }

    public EstimatorChain<ITransformer> BuildFromOption(MLContext context, Parameter parameter) => parameter[Schema].AsType<string>().Split(Then)
        .Aggregate(new EstimatorChain<ITransformer>(), (chain, key) => chain.Append(Estimators[key].BuildFromOption(context, parameter[key])));

    /// <summary>Appends one of several.</summary>
    public SweepablePipeline Append(params ISweepable<IEstimator<ITransformer>>[] sweepables)
    {
        var estimators = new Dictionary<string, SweepableEstimator>(Estimators);
        var keys = new List<string>();
        foreach (var sweepable in sweepables)
        {
            keys.Add($"e{estimators.Count}");
            estimators.Add(keys[^1], sweepable as SweepableEstimator ?? throw new NotSupportedException("The stand-in takes no pipelines as alternatives."));
        }

        return new SweepablePipeline(estimators, [.. _terms.SelectMany(term => keys.Select(key => term.Length == 0 ? key : term + Then + key))]);
    }
}

public static class SweepableExtension
{
    public static SweepablePipeline Append(this IEstimator<ITransformer> estimator, SweepableEstimator estimator1) => Fixed(estimator).Append(estimator1);

    public static SweepablePipeline Append(this IEstimator<ITransformer> estimator, params SweepableEstimator[] estimators) => Fixed(estimator).Append(estimators);

    public static SweepablePipeline Append(this SweepablePipeline pipeline, IEstimator<ITransformer> estimator) => pipeline.Append(new SweepableEstimator((_, _) => estimator, new Space()));

    public static SweepablePipeline Append(this SweepableEstimator estimator, IEstimator<ITransformer> estimator1) => new SweepablePipeline().Append(estimator).Append(estimator1);

    public static SweepablePipeline Append(this SweepableEstimator estimator, params SweepableEstimator[] estimators) => new SweepablePipeline().Append(estimator).Append(estimators);

    private static SweepablePipeline Fixed(IEstimator<ITransformer> estimator) => new SweepablePipeline().Append(estimator);
}
