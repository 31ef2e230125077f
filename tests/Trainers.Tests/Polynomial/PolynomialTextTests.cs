using System.Globalization;
using Microsoft.ML;

namespace MLNet.GradientTrainers.Tests;

/// <summary>Polynomials as text: names, formula, LaTeX, C# and C.</summary>
[TestClass]
public sealed class PolynomialTextTests
{
    private static PolynomialModelParameters Named(params string[] names)
    {
        var context = new MLContext(seed: 1);
        var rows = PolynomialCase.Rows(PolynomialCase.Points(200, 2), x => 0.5 - (1.25 * x[0]) + (0.25 * x[0] * x[0] * x[1]));
        var data = context.Data.LoadFromEnumerable(rows.Select(r => new TwoColumns { A = r.Features[0], B = r.Features[1], Label = r.Label }));
        var pipeline = context.Transforms.CopyColumns(names[0], "A").Append(context.Transforms.CopyColumns(names[1], "B")).Append(context.Transforms.Concatenate("Features", names));
        return context.Regression.Trainers.Polynomial(degree: 3).Fit(pipeline.Fit(data).Transform(data)).Model;
    }

    [TestMethod]
    public void TermsTakeTheSlotNames()
    {
        var model = Named("width", "Petal Length");
        CollectionAssert.AreEqual(new[] { "width", "Petal Length" }, model.FeatureNames.ToArray());
        CollectionAssert.AreEqual(
            new[]
            {
                "1", "width", "[Petal Length]", "width^2", "width·[Petal Length]", "[Petal Length]^2", "width^3", "width^2·[Petal Length]", "width·[Petal Length]^2", "[Petal Length]^3",
            },
            model.Coefficients.Select(t => t.Name).ToArray());
        Assert.AreEqual(-1.25, model["width"], 1e-6);
        var term = model.Coefficients[7];
        CollectionAssert.AreEqual(new[] { new PolynomialFactor(0, 2), new PolynomialFactor(1, 1) }, term.Factors.ToArray());
        Assert.AreEqual(3, term.Degree);
        Assert.AreEqual(3, model.Degree);
        Assert.IsFalse(model.InteractionOnly);
        var exception = Assert.ThrowsExactly<ArgumentException>(() => model["height"]);
        Assert.Contains("'width^2'", exception.Message);
    }

    [TestMethod]
    public void FormulaAndLatexAreReadableInAnyCulture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            comma.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = comma;
            var model = Exact([1.5, -2, 1.0 / 65536]);
            Assert.AreEqual("y = 1.5 - 2·x1 + 1.52588e-5·x1^2", model.ToString());
            Assert.AreEqual(@"y = 1.5 - 2\,x_{1} + 1.52588 \times 10^{-5}\,x_{1}^{2}", model.ToLatex());
            Assert.AreEqual("y = x1^3", Exact([0, 0, 0, 1]).ToString());
            Assert.AreEqual("x_{1}^{3}", Exact([0, 0, 0, 1]).ToLatex()["y = ".Length..]);
            Assert.AreEqual("y = -2e+9·x1", Exact([0, -2e9]).ToString());
            Assert.AreEqual("0.5·x1", new PolynomialTerm("x1", 0.5, [new(0, 1)]).ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.AreEqual(@"y = 0.5 - 1.25\,a\_b + 0.25\,a\_b^{2} \cdot \mathrm{Petal\ Length}", Named("a_b", "Petal Length").ToLatex().Replace(@"\mathrm{a\_b}", @"a\_b"));
    }

    [TestMethod]
    public void ExportedCodeGivesTheSameNumbers()
    {
        var model = Named("double", "Petal Length");
        foreach (bool scaled in new[] { false, true })
        {
            foreach (string code in new[] { model.ToCSharp(scaled), model.ToC(scaled) })
            {
                Assert.Contains("(double double_2, double Petal_Length)", code);
                foreach (double[] x in PolynomialCase.Points(20, 2, seed: 4))
                {
                    Assert.AreEqual(model.Evaluate(x), Expression.Run(code, x), 1e-12, code);
                }
            }
        }

        Assert.StartsWith("// y = ", model.ToCSharp());
        Assert.Contains("public static double Predict(", model.ToCSharp());
        Assert.Contains("\ndouble predict(", model.ToC());
    }

    [TestMethod]
    public void ScaledCodeKeepsItsDigitsFarFromZero()
    {
        var context = new MLContext(seed: 1);
        var rows = PolynomialCase.Rows(Enumerable.Range(0, 200).Select(i => new[] { 1000 + (i / 100.0), 3 }), x => Math.Sin(3 * (x[0] - 1000)));
        var model = PolynomialCase.Fit(context, rows, 9).Model;
        string code = model.ToC(scaledInputs: true);
        foreach (var row in rows)
        {
            double[] x = [row.Features[0], row.Features[1]];
            Assert.AreEqual(model.Evaluate(x), Expression.Run(code, x), 1e-9);
            Assert.AreEqual(row.Label, model.Evaluate(x), 1e-3);
        }
    }

    [TestMethod]
    public void NamesBecomeIdentifiersUnlikeEachOther()
    {
        string code = Named("a b", "a_b").ToCSharp();
        Assert.Contains("(double a_b, double a_b_2)", code);
        code = Named("1st", "t1").ToCSharp(scaledInputs: true);
        Assert.Contains("(double _1st, double t1)", code);
        Assert.Contains("double t1_2 = (_1st - ", code);
    }

    /// <summary>Keywords of C and C++, what their compilers define (linux is 1), and what the languages keep for themselves.</summary>
    [TestMethod]
    [DataRow("linux", "linux_2")]
    [DataRow("unix", "unix_2")]
    [DataRow("asm", "asm_2")]
    [DataRow("nullptr", "nullptr_2")]
    [DataRow("template", "template_2")]
    [DataRow("_Bool", "x_Bool")]
    [DataRow(" Bool", "x_Bool")]
    [DataRow("__x", "x__x")]
    [DataRow("_x", "_x")]
    public void NamesThatNoCompilerTakesAreChanged(string name, string identifier)
    {
        var model = Named(name, "other");
        Assert.Contains($"(double {identifier}, double other)", model.ToC());
        Assert.Contains($"(double {identifier}, double other)", model.ToCSharp());
    }

    [TestMethod]
    public void NamesStayOnTheirLineAndUnlikeNumbers()
    {
        var model = Named("a\nb", "2");
        Assert.AreEqual(@"y = 0.5 - 1.25·[a\nb] + 0.25·[a\nb]^2·[2]", model.ToString());
        Assert.DoesNotContain("\n", model.ToLatex());
        Assert.AreEqual(0.5, model["1"], 1e-6);
        Assert.AreEqual(@"y = 0.5 - 1.25\,\mathrm{a{\wedge}b} + 0.25\,\mathrm{a{\wedge}b}^{2} \cdot \mathrm{{\sim}c}", Named("a^b", "~c").ToLatex());
    }

    [TestMethod]
    public void CoefficientsBeyondDoubleAreScaled()
    {
        // x^12 of 1e-30 takes a coefficient of 1e360; scaled, all is well.
        var context = new MLContext(seed: 1);
        var rows = Enumerable.Range(-50, 101).Select(i => new PolynomialRow { Features = [i * 2e-32f], Label = (float)Math.Sin(i / 15.0) });
        var model = PolynomialCase.Fit(context, rows, 12).Model;
        Assert.EndsWith("where t1 = x1 / 1e-30", model.ToString());
        foreach (string code in new[] { model.ToCSharp(), model.ToC(), model.ToC(scaledInputs: true) })
        {
            Assert.AreEqual(model.Evaluate([3e-31]), Expression.Run(code, [3e-31]), 1e-9);
        }
    }

    /// <summary>Names come from files: they may be of any length and hold what a terminal or a compiler obeys.</summary>
    [TestMethod]
    public void HostileNamesAreShownAndNeverObeyed()
    {
        string longName = new('a', 100_000);
        var model = Named("red \u001b[31m\u2028\u202e#define", longName);
        string text = model.ToString();
        Assert.Contains(@"[red \u001b[31m\u2028\u202e#define]", text);
        Assert.Contains("·aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…", text.Replace("[", ""));
        Assert.IsLessThan(1000, text.Length);
        Assert.IsLessThan(2000, model.ToCSharp().Length);
        Assert.IsFalse((model.ToCSharp() + model.ToLatex()).Any(c => char.IsControl(c) && c != '\n'));
        var exception = Assert.ThrowsExactly<ArgumentException>(() => model[longName + "?"]);
        Assert.IsLessThan(1000, exception.Message.Length);

        // Two long names that begin alike.
        Assert.AreEqual("y = 0.5 - 1.25·x1 + 0.25·x1^2·x2", Named(longName + "b", longName + "c").ToString());
    }

    [TestMethod]
    public void MissingOrRepeatedSlotNamesAreReplaced()
    {
        var context = new MLContext(seed: 1);
        var rows = PolynomialCase.Rows(PolynomialCase.Points(50, 2), x => x[0]);
        var data = context.Data.LoadFromEnumerable(rows.Select(r => new TwoColumns { A = r.Features[0], B = r.Features[1], Label = r.Label }));
        var twice = context.Transforms.Concatenate("Features", "A", "A").Fit(data).Transform(data);
        CollectionAssert.AreEqual(new[] { "x1", "x2" }, new PolynomialTrainer(context).Fit(twice).Model.FeatureNames.ToArray());
        var clash = context.Transforms.CopyColumns("x3", "B").Append(context.Transforms.Concatenate("Features", "x3", "B", "A", "A")).Fit(data).Transform(data);
        CollectionAssert.AreEqual(new[] { "x3", "B", "x3_", "x4" }, new PolynomialTrainer(context, degree: 1).Fit(clash).Model.FeatureNames.ToArray());
    }

    /// <summary>A fit to a polynomial of one feature with these coefficients.</summary>
    private static PolynomialModelParameters Exact(double[] coefficients)
    {
        var context = new MLContext(seed: 1);
        var rows = PolynomialCase.Rows(Enumerable.Range(-8, 17).Select(i => new[] { i / 8.0 }), x => coefficients.Select((c, k) => c * Math.Pow(x[0], k)).Sum());
        return PolynomialCase.Fit(context, rows, coefficients.Length - 1).Model;
    }

    internal sealed class TwoColumns
    {
        public float A { get; set; }

        public float B { get; set; }

        public float Label { get; set; }
    }
}
