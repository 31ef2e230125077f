namespace MLNet.GradientTrainers;

/// <summary>
/// A row of a model's scores that can compute them for many inputs at once: <see cref="Begin"/>, then <see cref="Gather"/> for each input while the input's row stands on it,
/// <see cref="Score"/>, then <see cref="Show"/> for each input, again while the input's row stands on it. Otherwise it scores the input's current row, as any row does.
/// </summary>
internal interface IBlockRow
{
    /// <summary>Whether its scores were asked for when it was made; where not, there is nothing to gather.</summary>
    bool IsScored { get; }

    /// <summary>Forgets what was gathered.</summary>
    /// <param name="rows">The most rows that will be gathered.</param>
    void Begin(int rows);

    /// <summary>Takes the features of the input's current row; a row that they can't be had of is not taken.</summary>
    /// <returns>The place of its scores.</returns>
    int Gather();

    /// <summary>Computes the scores of all rows that were gathered.</summary>
    void Score();

    /// <summary>Gives the scores at a place from now on; with −1 those of the input's current row.</summary>
    void Show(int place);
}
