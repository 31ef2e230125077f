using MLNet.GradientTrainers.Samples.Output;
using Spectre.Console;

namespace MLNet.GradientTrainers.Samples.Tests.Output;

[TestClass]
public sealed class TerminalTests
{
    private const string Hidden = "\u001b[?25l";
    private const string Shown = "\u001b[?25h";

    [TestMethod]
    public void ARunThatIsCancelledShowsTheCursorAgain()
    {
        using var output = new StringWriter();
        Assert.ThrowsExactly<OperationCanceledException>(() => new TrainingMonitor(AtATerminal(output)).Watch<int>(3, () => throw new OperationCanceledException()));
        string printed = output.ToString();
        Assert.Contains(Hidden, printed);
        Assert.IsGreaterThan(printed.LastIndexOf(Hidden, StringComparison.Ordinal), printed.LastIndexOf(Shown, StringComparison.Ordinal));
    }

    [TestMethod]
    public void TheCursorIsShownToPeopleOnly()
    {
        using var output = new StringWriter();
        Terminal.Plain(output, output).Restore();
        Assert.AreEqual("", output.ToString());
        AtATerminal(output).Restore();
        StringAssert.Contains(output.ToString(), Shown);
    }

    [TestMethod]
    public void LongFactsGoOnUnderThemselvesAndPathsStayWhole()
    {
        using var output = new StringWriter();
        Terminal terminal = Terminal.Plain(output, output);
        terminal.Fact("words", string.Join(' ', Enumerable.Repeat("fourteen chars", 8)));
        terminal.Files("file", "/folder with spaces/" + new string('x', 100));
        string[] lines = output.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        Assert.HasCount(3, lines);
        Assert.IsTrue(lines[..2].All(line => line.Length <= 80 && line.IndexOf("fourteen", StringComparison.Ordinal) == 20), output.ToString());
        Assert.AreEqual("  file              /folder with spaces/" + new string('x', 100), lines[2]);
    }

    [TestMethod]
    public void WhatFailedIsShownNotObeyed()
    {
        using var error = new StringWriter();
        Terminal.Plain(TextWriter.Null, error).Fail("'\u001b[31m\u202e'\nsecond line\r\nthird");
        Assert.AreEqual("'\\u001b[31m\\u202e'\nsecond line\nthird\n", error.ToString().ReplaceLineEndings("\n"));
    }

    private static Terminal AtATerminal(StringWriter output)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 80;
        return new Terminal(console, output, output);
    }
}
