using System.Globalization;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Tabular;
using MLNet.GradientTrainers.Samples.Tests.Support;

namespace MLNet.GradientTrainers.Samples.Tests.Tabular;

/// <summary>Files that are huge, never end, or hold what a terminal would obey.</summary>
[TestClass]
public sealed class CsvLimitTests
{
    private static readonly CsvLimits Small = new() { Bytes = 100_000, LineLength = 1000, Rows = 50, Cells = 200 };

    [TestMethod]
    [DataRow("line", "has more than 1,000 characters", "--max-line")]
    [DataRow("quote", "in a quote that may never be closed", "--max-line")]
    [DataRow("rows", "has more than 50 rows", "--max-rows")]
    [DataRow("cells", "has more than 200 cells", "--max-cells")]
    [DataRow("bytes", "has more than 100,000 bytes", "--max-bytes")]
    public void WhatIsTooMuchIsRefusedWithTheOptionThatAllowsIt(string what, string message, string option)
    {
        string error = Refused(what switch
        {
            "line" => "a,b\n" + new string('1', 2000) + ",2\n",
            "quote" => "a,b\n1,\"2\n" + string.Concat(Enumerable.Repeat("3,4\n", 1000)),
            "rows" => string.Concat(Enumerable.Repeat("1,2\n", 60)),
            "cells" => string.Concat(Enumerable.Repeat(string.Join(',', Enumerable.Range(1, 30)) + "\n", 20)),
            _ => string.Concat(Enumerable.Repeat("1,2\n", 30_000)),
        });
        StringAssert.Contains(error, message);
        StringAssert.Contains(error, option);
    }

    /// <summary>Each of these ended the process before: it took all memory.</summary>
    [TestMethod]
    [DataRow("/dev/zero", "--max-line")]
    [DataRow("y", "--max-rows")]
    [DataRow("", "--max-bytes")]
    public void WhatNeverEndsIsRefused(string source, string option)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("Windows has no devices or pipes among its files.");
        }

        using var folder = new TemporaryFolder();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        string message;
        if (source == "/dev/zero")
        {
            message = Assert.ThrowsExactly<SampleException>(() => CsvFile.Open(source, CsvHeader.Auto, Small)).Message;
        }
        else
        {
            string pipe = folder["pipe"];
            ChildProcess.Run(new System.Diagnostics.ProcessStartInfo("mkfifo", [pipe]) { RedirectStandardOutput = true, RedirectStandardError = true });
            Task writer = Task.Run(() => WriteForEver(pipe, source + "\n"));
            message = Assert.ThrowsExactly<SampleException>(() => CsvFile.Open(pipe, CsvHeader.Auto, Small)).Message;
            Assert.IsTrue(writer.Wait(TimeSpan.FromMinutes(1)), "The pipe is not closed.");
        }

        StringAssert.Contains(message, option);
        Assert.IsLessThan(20_000_000, GC.GetTotalAllocatedBytes(precise: true) - before);
    }

    /// <summary>Line after line was joined to all before: minutes for a megabyte.</summary>
    [TestMethod]
    public void AQuoteThatIsNeverClosedTakesNoTime()
    {
        string lines = string.Concat(Enumerable.Repeat("1,2\n", 200_000));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        StringAssert.Contains(Refused("a,b\n1,\"2\n" + lines, CsvLimits.Default), "opens a quote");
        Assert.IsLessThan(20, watch.Elapsed.TotalSeconds);
    }

    [TestMethod]
    public void ReadingCanBeCancelled()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["data.csv"], "a,b\n1,2\n");
        Assert.ThrowsExactly<OperationCanceledException>(() => CsvFile.Open(folder["data.csv"], CsvHeader.Auto, null, new CancellationToken(canceled: true)));
    }

    [TestMethod]
    [DataRow(10_000_000)]
    [DataRow(100_000)]
    public void ALongCellIsCutInTheMessage(int length)
    {
        string cell = new('x', length);
        string message = Refused($"a,b\n1,2\n3,{cell}\n", CsvLimits.Default with { LineLength = int.MaxValue });
        StringAssert.Contains(message, "Line 3, column 'b' of");
        StringAssert.Contains(message, length.ToString("N0", CultureInfo.InvariantCulture) + " characters)");
        Assert.IsLessThan(700, message.Length);
    }

    [TestMethod]
    public void ManyColumnsAreNotAllListed()
    {
        string header = string.Join(',', Enumerable.Range(1, 200_000).Select(i => $"c{i}"));
        string row = string.Join(',', Enumerable.Repeat("1", 200_000));
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["data.csv"], header + "\n" + row + "\n");
        CsvFile file = CsvFile.Open(folder["data.csv"], CsvHeader.Auto, CsvLimits.Default with { LineLength = 10_000_000 });
        string message = Assert.ThrowsExactly<SampleException>(() => file.Find("d", "--label")).Message;
        StringAssert.Contains(message, "c1, c2, c3");
        StringAssert.Contains(message, "c10 and 199,990 more.");
        Assert.IsLessThan(700, message.Length);
        StringAssert.Contains(Refused(header + "\n", CsvLimits.Default with { LineLength = 10_000_000 }), "and 199,990 more) but no rows");
    }

    [TestMethod]
    [DataRow("a,b\n1,\u001b[31m\u0007\n", @"is '\u001b[31m\u0007'")]
    [DataRow("a,b\n1,x\u202ey\n", @"is 'x\u202ey'")]
    [DataRow("a,\u001b]0;title\u0007\n1,x\n", @"column '\u001b]0;title\u0007' of")]
    [DataRow("\u009b1m,\u009b1m\n1,2\n", @"names two columns '\u009b1m'")]
    [DataRow("\u001b[2J,b\n", @"has a header (\u001b[2J, b) but")]
    public void ControlCharactersAreShownNotObeyed(string text, string part) => StringAssert.Contains(Refused(text, CsvLimits.Default), part);

    [TestMethod]
    [DataRow("gd")]
    [DataRow("linear-csv")]
    [DataRow("minimize")]
    [DataRow("sine")]
    [DataRow("search")]
    [DataRow("losses")]
    public async Task SamplesPrintAndDrawNamesThatATerminalWouldObey(string sample)
    {
        using var folder = new TemporaryFolder();
        string csv = folder["\u001b[31mred.csv"];
        string name = "\u001b[2J\u0000" + new string('x', 1_000_00);
        await File.WriteAllTextAsync(csv, $"{name},\u202ey\u0085\n" + string.Concat(Enumerable.Range(0, 30).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{(3 * i) + (i % 4)}\n"))));
        Invocation run = await Invocation.Succeeding(sample, "--csv", csv, "--out", folder["out"], "--json");
        Assert.IsFalse(run.Output.Any(c => (char.IsControl(c) && c is not ('\n' or '\r')) || c is '\u202e' or '\u0085'), run.Output);
        Assert.IsLessThan(50_000, run.Output.Length);
        foreach (var figure in run.Json.GetProperty("figures").EnumerateArray())
        {
            Checks.Svg(figure.GetString()!);
        }

        Invocation failed = await Invocation.Of(sample, "--csv", csv, "--label", "\u001b[7m" + new string('z', 1_000_00), "--out", folder["out"]);
        Assert.AreEqual(1, failed.ExitCode);
        Assert.IsFalse(failed.Error.Any(c => char.IsControl(c) && c is not ('\n' or '\r')), failed.Error);
        Assert.IsLessThan(2000, failed.Error.Length);
    }

    /// <summary>The work and the lines printed grow with the columns, no faster.</summary>
    [TestMethod]
    [DataRow("gd")]
    [DataRow("linear-csv")]
    public async Task ThousandsOfColumnsAreFittedWhereTheUserWantsThat(string sample)
    {
        const int Columns = 2000;
        using var folder = new TemporaryFolder();
        var random = new Random(1);
        await File.WriteAllLinesAsync(
            folder["wide.csv"],
            [string.Join(',', Enumerable.Range(0, Columns + 1).Select(i => $"c{i}")), .. Enumerable.Range(0, 3).Select(_ => string.Join(',', Enumerable.Range(0, Columns + 1).Select(_ => random.Next(9))))]);
        string[] args = [sample, "--csv", folder["wide.csv"], "--epochs", "3", "--rate", "1e-5", "--out", folder.Path, "--json"];
        Invocation refused = await Invocation.Of(args);
        Assert.AreEqual(SampleProgram.Failure, refused.ExitCode);
        StringAssert.Contains(refused.Error, "There are 2,000 columns to predict from, more than 1,000.");
        Invocation run = await Invocation.Succeeding([.. args, "--max-columns", "2000"]);
        StringAssert.Contains(run.Output, "… and 1,980 more, which --json lists");
        Assert.IsLessThan(120, run.Lines.Length);
    }

    [TestMethod]
    public async Task TheLimitsAreOptions()
    {
        using var folder = new TemporaryFolder();
        string csv = folder["data.csv"];
        await File.WriteAllTextAsync(csv, "a,b,y\n" + string.Concat(Enumerable.Range(0, 30).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{i % 7},{3 * i}\n"))));
        foreach (string option in new[] { "--max-rows", "--max-cells", "--max-line", "--max-bytes", "--max-columns" })
        {
            Invocation refused = await Invocation.Of("gd", "--csv", csv, "--out", folder["out"], option, option == "--max-line" ? "3" : "1");
            Assert.AreEqual(1, refused.ExitCode);
            StringAssert.Contains(refused.Error, option + " N");
        }

        await Invocation.Succeeding("gd", "--csv", csv, "--out", folder["out"], "--max-rows", "31", "--max-cells", "93", "--max-columns", "2");
    }

    private static string Refused(string text, CsvLimits? limits = null)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["data.csv"], text);
        return Assert.ThrowsExactly<SampleException>(() =>
        {
            CsvFile file = CsvFile.Open(folder["data.csv"], CsvHeader.Auto, limits ?? Small);
            file.Numbers(1);
        }).Message;
    }

    private static void WriteForEver(string pipe, string text)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(text, 100)));
        try
        {
            using var stream = new FileStream(pipe, FileMode.Open, FileAccess.Write);
            while (true)
            {
                stream.Write(bytes);
            }
        }
        catch (IOException)
        {
            // The reader has had enough.
        }
    }
}
