using System.CommandLine;
using System.CommandLine.Invocation;

namespace MLNet.GradientTrainers.Samples.CommandLine;

/// <summary>Options and samples whose names are nearly what a command line says.</summary>
internal static class TypoCorrection
{
    /// <summary>The names that System.CommandLine finds to be close to words that it does not know; often none.</summary>
    /// <param name="parsed">A command line with errors.</param>
    public static string[] Of(ParseResult parsed)
    {
        if (parsed.Action is not ParseErrorAction action)
        {
            return [];
        }

        // It prints them among the words themselves, which may hold anything, in lines of their own.
        action.ShowHelp = false;
        using var printed = new StringWriter();
        parsed.Invoke(new InvocationConfiguration { Output = printed, Error = TextWriter.Null, ProcessTerminationTimeout = null });
        Command command = parsed.CommandResult.Command;
        var names = command.Options.Select(option => option.Name).Concat(command.Subcommands.Select(sample => sample.Name)).ToHashSet();
        return [.. printed.ToString().ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim()).Where(names.Contains).Distinct()];
    }
}
