using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// The states of trainings that run side by side, each the last that its training has told, in one file. One that has ended keeps its last state, from which a fit that goes on only measures it again; so candidates
/// are chosen as before.
/// </summary>
/// <param name="fit">The fit's checkpoint.</param>
/// <param name="states">The states to go on from.</param>
internal sealed class MemberCheckpoints(FitCheckpoint fit, Dictionary<(int Candidate, int Member), byte[]> states)
{
    private readonly Lock _gate = new();
    private readonly CheckpointClock _written = fit.NewClock();
    private bool _isWritten = true;

    /// <summary>For the training of a member of a candidate.</summary>
    public ICheckpointStore Of(int candidate, int member) => new Store(this, (candidate, member), fit.NewClock());

    /// <summary>Writes what has been told since the last time.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (!_isWritten)
            {
                Write();
            }
        }
    }

    private Stream? Open((int Candidate, int Member) key)
    {
        lock (_gate)
        {
            if (!states.TryGetValue(key, out byte[]? state))
            {
                return null;
            }

            fit.Use();
            return new MemoryStream(state, writable: false);
        }
    }

    private void Save((int Candidate, int Member) key, CheckpointMoment moment, Action<Stream> write)
    {
        using var stream = new MemoryStream();
        try
        {
            write(stream);
        }
        catch (IOException exception)
        {
            // Beyond 2 GB.
            fit.Warn(exception);
            return;
        }

        lock (_gate)
        {
            states[key] = stream.ToArray();
            _isWritten = false;

            // Of all that are cancelled, and of one that has just ended, the file can wait a little.
            if (moment is CheckpointMoment.Update or CheckpointMoment.Epoch || (moment == CheckpointMoment.End && (fit.GoesByEpochs || _written.IsTime)))
            {
                Write();
            }
        }
    }

    private void Write()
    {
        fit.Write(states);
        _written.Restart();
        _isWritten = true;
    }

    private sealed class Store(MemberCheckpoints all, (int Candidate, int Member) key, CheckpointClock clock) : ICheckpointStore
    {
        public Stream? Open() => all.Open(key);

        public bool IsDue(CheckpointMoment moment, int epoch) => clock.IsDue(moment, epoch) || moment == CheckpointMoment.End;

        public void Save(CheckpointMoment moment, Action<Stream> write)
        {
            all.Save(key, moment, write);
            clock.Restart();
        }
    }
}
