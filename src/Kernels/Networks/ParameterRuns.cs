namespace MLNet.GradientTrainers.Kernels;

/// <summary>Parameters in the order of the flat weight vector, cut where what is asked of them changes.</summary>
internal static class ParameterRuns
{
    /// <summary>The runs of parameters with one answer.</summary>
    /// <param name="slots">Parameters in their order in the vector.</param>
    /// <param name="question">What is asked.</param>
    /// <returns>Each run's first element, its length, gaps within it included, and the answer.</returns>
    public static List<(int Start, int Length, bool Answer)> Of(IEnumerable<ParameterSlot> slots, Func<ParameterSpec, bool> question)
    {
        List<(int Start, int Length, bool Answer)> runs = [];
        foreach (ParameterSlot slot in slots)
        {
            bool answer = question(slot.Spec);
            if (runs.Count == 0 || runs[^1].Answer != answer)
            {
                runs.Add((slot.Offset, 0, answer));
            }

            runs[^1] = runs[^1] with { Length = slot.Offset + slot.Length - runs[^1].Start };
        }

        return runs;
    }
}
