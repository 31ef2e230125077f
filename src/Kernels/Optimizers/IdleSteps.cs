namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// What an optimizer's steps do to a weight whose gradient is 0, so that training on sparse rows can put them off until the weight is needed: each state shrinks by a factor, and the
/// weight moves less and less. A weight whose states are still 0 does not move.
/// </summary>
/// <param name="Movement">
/// By what factor the weight's movement shrinks from a step to the next one at the same rate: 0 where it does not move at all, 1 (or more) where it never comes to rest.
/// </param>
/// <param name="State0">The factor of the first state, in [0, 1].</param>
/// <param name="State1">The factor of the second one.</param>
/// <param name="State2">The factor of the third one.</param>
public readonly record struct IdleSteps(double Movement, double State0 = 1, double State1 = 1, double State2 = 1)
{
    /// <summary>What is left of the movement when the weight is taken to rest: below the rounding of what it has moved before.</summary>
    private const double Rest = 1e-8;

    /// <summary>Nothing is known: all steps are taken one by one.</summary>
    public static IdleSteps Endless => new(1);

    /// <summary>After how many steps the weight rests; <see cref="int.MaxValue"/> for never.</summary>
    public int Limit => Movement == 0 ? 0 : Movement < 1 ? (int)Math.Min(int.MaxValue, Math.Ceiling(Math.Log(Rest) / Math.Log(Movement))) : int.MaxValue;
}
