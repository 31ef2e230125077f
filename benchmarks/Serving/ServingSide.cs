using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;
using MLNet.GradientTrainers.Hosting;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>One way to answer requests.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Answer">Answers a request; the task is null where it was answered on the caller's thread.</param>
/// <param name="IsAsync">Whether callers are tasks, as the requests of a web service are, or threads.</param>
internal sealed record ServingSide(string Name, Func<ServedImage, Task?> Answer, bool IsAsync, IDisposable Owner)
{
    public const string Pool = "pool";
    public const string PoolOfTasks = "pool-tasks";
    public const string Batched = "batched";

    /// <summary>All ways, in the order of the table. The peer is what ML.NET's PredictionEnginePool keeps its engines in: an object pool, which retains two for each processor and makes others when it is empty.</summary>
    public static (string Name, Func<ITransformer, ServingSide> Make)[] All =>
    [
        ("object-pool", model =>
        {
            var pool = new DefaultObjectPool<PredictionEngine<ServedImage, ServedClass>>(new Engines(model));
            return new("object-pool", request =>
            {
                var engine = pool.Get();
                engine.Predict(request);
                pool.Return(engine);
                return null;
            }, false, Nothing.Instance);
        }),
        (Pool, model => OfModel(Pool, model, isAsync: false)),
        (PoolOfTasks, model => OfModel(PoolOfTasks, model, isAsync: true)),
        (Batched, model =>
        {
            var services = Services(model);
            var batched = services.GetRequiredService<BatchedPredictor<ServedImage, ServedClass>>();
            return new(Batched, request => batched.PredictAsync(request), true, services);
        }),
    ];

    private static ServingSide OfModel(string name, ITransformer model, bool isAsync)
    {
        var services = Services(model);
        var served = services.GetRequiredService<IGradientModel<ServedImage, ServedClass>>();
        return new(name, request =>
        {
            served.Predict(request);
            return null;
        }, isAsync, services);
    }

    private static ServiceProvider Services(ITransformer model)
    {
        var services = new ServiceCollection();
        services.AddGradientModel<ServedImage, ServedClass>().FromModel(model).UseContext(ServingRows.Context).WithBatching();
        return services.BuildServiceProvider();
    }

    private sealed class Engines(ITransformer model) : PooledObjectPolicy<PredictionEngine<ServedImage, ServedClass>>
    {
        public override PredictionEngine<ServedImage, ServedClass> Create() => ServingRows.Context.Model.CreatePredictionEngine<ServedImage, ServedClass>(model);

        public override bool Return(PredictionEngine<ServedImage, ServedClass> obj) => true;
    }

    private sealed class Nothing : IDisposable
    {
        public static Nothing Instance { get; } = new();

        public void Dispose()
        {
        }
    }
}
