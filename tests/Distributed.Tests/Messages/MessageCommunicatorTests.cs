using System.Text;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Distributed.Tests;

/// <summary>What processes tell each other, and what they notice.</summary>
[TestClass]
public sealed class MessageCommunicatorTests
{
    [TestMethod]
    public void AllGather_TellsAllInTheOrderOfRanks()
    {
        string[] told = InProcessCommunicator.Run(3, communicator =>
        {
            StringBuilder all = new();
            for (int i = 0; i < 4; i++)
            {
                byte[] own = Encoding.UTF8.GetBytes(new string((char)('a' + communicator.Rank), i * communicator.Rank));
                all.AppendJoin(',', communicator.AllGather("letters", own).Select(Encoding.UTF8.GetString)).Append(';');
            }

            return all.ToString();
        });
        Assert.AreEqual(",,;,b,cc;,bb,cccc;,bbb,cccccc;", told[0]);
        Assert.HasCount(1, told.Distinct());
    }

    [TestMethod]
    public void AProcessThatFallsSilent_IsNamedByAllOthers()
    {
        ITransport[] transports = [.. InProcessTransport.Make(3)];
        var silent = new Silenced(transports[1]);
        transports[1] = silent;
        Communicator[] all = new Communicator[3];
        Parallel.For(0, 3, new ParallelOptions { MaxDegreeOfParallelism = 3 }, rank => all[rank] = new MessageCommunicator(transports[rank], $"host {rank}", TimeSpan.FromSeconds(1)));
        silent.IsSilent = true;
        Task<CommunicationException>[] waiting = [.. new[] { 0, 2 }.Select(rank => Task.Run(() => Assert.ThrowsExactly<CommunicationException>(() => all[rank].AllGather("votes", [1]))))];
        foreach (Task<CommunicationException> lost in waiting)
        {
            Assert.AreEqual(1, lost.Result.Rank);
            StringAssert.StartsWith(lost.Result.Message, "Rank 1 of 3 (host 1) has not been heard of for 1 s");
        }

        Array.ForEach([0, 2], rank => all[rank].Dispose());
        Assert.Contains("has not been heard of", Assert.ThrowsExactly<CommunicationException>(() => all[0].AllGather("votes", [1])).Message);
    }

    [TestMethod]
    public void AProcessThatHasDoneItsWork_WaitsForTheOthers_WhichNeedNotHurry()
    {
        IReadOnlyList<Communicator> all = InProcessCommunicator.Create(2, TimeSpan.FromSeconds(1));
        Task done = Task.Run(all[0].Dispose);
        Assert.IsFalse(done.Wait(TimeSpan.FromSeconds(1.5)), "the other is not done");
        all[1].Dispose();
        Assert.IsTrue(done.Wait(TimeSpan.FromSeconds(30)));
    }

    [TestMethod]
    public void AProcessThatEndsTooEarly_IsNamed()
    {
        var thrown = Assert.ThrowsExactly<AggregateException>(() => InProcessCommunicator.Run(2, communicator => communicator.Rank == 1 ? 0 : communicator.AllGather("votes", [1]).Count));
        StringAssert.Contains(thrown.InnerExceptions.Single().Message, "it still had work to do when rank 1 of 2 (thread 1) ended its own");
    }

    [TestMethod]
    public void AReasonOfAnyLength_IsTold()
    {
        var thrown = Assert.ThrowsExactly<AggregateException>(() => InProcessCommunicator.Run(2, communicator => communicator.Rank == 1 ? throw new IOException(new string('ß', 9000)) : communicator.AllGather("votes", [1]).Count));
        StringAssert.StartsWith(thrown.InnerExceptions[0].Message, "Rank 1 of 2 (thread 1) has failed: ßßß");
    }

    [TestMethod]
    public void MpiIsRefusedInWords_WhereItIsNot()
    {
        StringAssert.Contains(Assert.ThrowsExactly<MpiException>(() => MpiLibrary.Start("libno-such-mpi.so.1")).Message, "There is no MPI library: libno-such-mpi.so.1 can't be loaded. Install Open MPI or MPICH");
        StringAssert.Contains(Assert.ThrowsExactly<MpiException>(() => MpiLibrary.Start("libc.so.6")).Message, "of a kind that is not known");
    }

    /// <summary>Carries nothing from some time on, as the network of a machine that has lost its power.</summary>
    private sealed class Silenced(ITransport inner) : ITransport
    {
        public volatile bool IsSilent;

        public int Rank => inner.Rank;

        public int Size => inner.Size;

        public int Pending => inner.Pending;

        public void Send(int rank, int tag, PinnedBytes bytes, object owner, Action done)
        {
            if (!IsSilent)
            {
                inner.Send(rank, tag, bytes, owner, done);
            }
        }

        public void Receive(int rank, int tag, PinnedBytes bytes, object owner, Action done) => inner.Receive(rank, tag, bytes, owner, done);

        public bool Poll() => !IsSilent && inner.Poll();

        public void Close() => inner.Close();

        public void Abandon() => inner.Abandon();
    }
}
