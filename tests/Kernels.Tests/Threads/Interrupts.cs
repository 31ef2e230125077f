namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Interrupts threads at the worst moments. For a process of its own: where an exception leaves the team while parts run, they write into memory that has been given back.</summary>
internal static class Interrupts
{
    /// <summary>What a child process is started with to print <see cref="All"/>.</summary>
    public const string Command = "--interrupts";

    /// <summary>What happened, a line each.</summary>
    public static IEnumerable<string> All()
    {
        yield return $"training thread: {Outcome(TrainInterrupted)}";
        yield return $"team's thread: {Outcome(InterruptWorkers)}";
    }

    /// <summary>The type of the exception that an action on a thread of its own ends with.</summary>
    public static string Outcome(Action action)
    {
        string outcome = "none";
        Thread thread = new(() =>
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                outcome = e.GetType().Name;
            }
        })
        {
            IsBackground = true,
        };
        thread.Start();
        return thread.Join(60_000) ? outcome : "it hangs";
    }

    /// <summary>The interrupt is there when the first batch is gathered, which threads of the team go on with for a while.</summary>
    private static void TrainInterrupted()
    {
        const int Rows = 4096;
        const int Width = 256;
        SlowRows rows = new(Rows, Width);
        try
        {
            using IBackend<float> backend = Backend.Create(BackendKind.Simd, 3);
            using Network<float> network = TrainingFixture.Trainable(backend, new NetworkDefinition(new TensorShape(Width), [new Dense(1)]), Rows);
            TrainingOptions options = new() { Loss = new MeanSquaredError(), Optimizer = new Sgd(), NumberOfEpochs = 1, BatchSize = Rows };
            TrainingLoop<float> loop = new(network, options);
            TrainingData data = new(rows, new DenseRows(new float[Rows], 1));
            Thread.CurrentThread.Interrupt();
            loop.Run(data);
        }
        finally
        {
            Assert.AreEqual(0, rows.Parts.Running);
        }
    }

    /// <summary>A part may interrupt the thread that it runs on.</summary>
    private static void InterruptWorkers()
    {
        using ThreadTeam team = new(3);
        for (int round = 0; round < 20; round++)
        {
            InterruptingJob job = new(Thread.CurrentThread);
            team.Run(ref job, 6);
            Thread.Sleep(1);
        }
    }

    private readonly struct InterruptingJob(Thread caller) : ITeamJob
    {
        public void Run(int part, int parts)
        {
            if (Thread.CurrentThread != caller)
            {
                Thread.CurrentThread.Interrupt();
            }
        }
    }

    /// <summary>Rows that the training thread has at once, others late. Zero, but written.</summary>
    private sealed class SlowRows(int count, int width) : IRowSource<float>
    {
        public LateParts Parts { get; } = new();

        public int Count => count;

        public int Width => width;

        public void Read(ReadOnlySpan<int> rows, Span<float> destination)
        {
            Parts.Run();
            destination.Clear();
        }
    }
}
