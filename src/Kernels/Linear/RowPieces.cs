namespace MLNet.GradientTrainers.Kernels;

/// <summary>Work on pieces of rows by several threads.</summary>
internal static class RowPieces
{
    /// <summary>Runs all pieces.</summary>
    /// <param name="threads">Threads, or 0 for one a core.</param>
    /// <param name="pieces">Number of pieces; 0 for nothing to do.</param>
    /// <param name="body">Does one; what it throws is thrown here after all have ended.</param>
    public static void Run(int threads, int pieces, Action<int> body)
    {
        if (pieces == 0)
        {
            return;
        }

        using ThreadTeam team = new(Math.Min(pieces, ThreadTeam.SizeFor(threads)));
        PieceJob job = new(body);
        team.Run(ref job, pieces);
    }

    private readonly struct PieceJob(Action<int> body) : ITeamJob
    {
        public void Run(int part, int parts) => body(part);
    }
}
