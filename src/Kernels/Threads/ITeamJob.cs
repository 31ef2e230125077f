namespace MLNet.GradientTrainers.Kernels;

/// <summary>Work that a <see cref="ThreadTeam"/> does in parts, each on one thread.</summary>
internal interface ITeamJob
{
    /// <summary>Does one part.</summary>
    /// <param name="part">Index in [0, parts).</param>
    /// <param name="parts">Number of parts.</param>
    void Run(int part, int parts);
}
