using System.CommandLine;

namespace MLNet.GradientTrainers.Samples.CommandLine;

/// <summary>A sub-command of the program. A new one is a class in <c>Samples/</c> and a line in <see cref="SampleRegistry"/>.</summary>
internal abstract class Sample
{
    /// <summary>What a sample that works alone may take to end after Ctrl+C.</summary>
    public static TimeSpan UsualPatience { get; } = TimeSpan.FromSeconds(5);

    /// <summary>How long it may take to end after Ctrl+C; a second one ends it at once.</summary>
    public virtual TimeSpan Patience => UsualPatience;

    /// <summary>The word that starts it.</summary>
    public abstract string Name { get; }

    /// <summary>One sentence for the list of samples.</summary>
    public abstract string Summary { get; }

    /// <summary>The options it takes, beside <c>--json</c>, which all take.</summary>
    public abstract IEnumerable<Option> Options { get; }

    /// <summary>Where it writes its files; they are tried before the work begins. Null for a sample that writes none.</summary>
    public virtual OutputFolder? Output => null;

    /// <summary>Whether several processes, which mpirun starts, share its work; else that of rank 0 does it alone.</summary>
    public virtual bool IsShared => false;

    /// <summary>Does the work; returns when all is printed and written.</summary>
    /// <param name="run">The options' values, the terminal, and what <c>--json</c> will print.</param>
    /// <exception cref="SampleException">Something that the user can mend.</exception>
    public abstract Task RunAsync(SampleRun run);
}
