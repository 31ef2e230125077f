using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>One call of a trainer in which several processes take part: what they must have in common is compared before they train, and one that fails tells the others.</summary>
internal sealed class SharedFit(Communicator communicator)
{
    private readonly CheckpointFacts _data = new();

    /// <summary>The processes.</summary>
    public Communicator Communicator => communicator;

    /// <summary>Whether this is the process that writes and reports.</summary>
    public bool IsFirst => communicator.Rank == 0;

    /// <summary>What is known of the data that this process was given.</summary>
    public CheckpointFacts Data => _data;

    /// <summary>Whether all processes know that the fit ends early.</summary>
    public bool IsEndedByAll { get; set; }

    /// <summary>How this fit is told in the trainer's log.</summary>
    public string Description => string.Create(CultureInfo.InvariantCulture, $"{communicator.Size} process{(communicator.Size == 1 ? "" : "es")}");

    /// <summary>The seed of all: the first process's, where this one was given none.</summary>
    /// <param name="own">The seed that this process would take.</param>
    /// <param name="isGiven">Whether its options have it; another one of another process is then a difference that is told.</param>
    public int Seed(int own, bool isGiven)
    {
        int first = BitConverter.ToInt32(communicator.AllGather("the seed", BitConverter.GetBytes(own))[0]);
        return isGiven ? own : first;
    }

    /// <summary>Compares what the processes were given and have chosen, before they train.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="seed">Its seed.</param>
    /// <param name="asked">Adds what the fit was asked for.</param>
    /// <param name="chosen">Adds what it has chosen by that.</param>
    /// <exception cref="CommunicationException">They differ; the message names two processes, and the first difference.</exception>
    public void Compare(string trainer, int seed, Action<CheckpointFacts> asked, Action<CheckpointFacts> chosen)
    {
        var own = new CheckpointFacts();
        own.Add("version of the library", typeof(SharedFit).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "");
        own.Add("trainer", trainer);
        asked(own);
        own.Add("seed", seed.ToString(CultureInfo.InvariantCulture));
        own.Add(_data);
        chosen(own);
        var told = communicator.AllGather("options and data", JsonSerializer.SerializeToUtf8Bytes(own.All)).Select(bytes => JsonSerializer.Deserialize<CheckpointFact[]>(bytes)!).ToArray();
        for (int rank = 1; rank < told.Length; rank++)
        {
            if (CheckpointFacts.FirstDifference(told[0], told[rank]) is var (name, first, other))
            {
                throw new CommunicationException(string.Create(
                    CultureInfo.InvariantCulture, $"{trainer} can't train in {told.Length} processes that differ: {name} is {first} in rank 0, and {other} in rank {rank}. Give all the same rows, options and version."))
                {
                    Rank = rank,
                };
            }
        }
    }

    /// <summary>Tells the others that this process can't go on, unless they come to the same by themselves.</summary>
    public void Tell(Exception error)
    {
        if (error is not (CommunicationException or DivergenceException) && !(error is OperationCanceledException && IsEndedByAll))
        {
            communicator.Fail(error.Message);
        }
    }
}
