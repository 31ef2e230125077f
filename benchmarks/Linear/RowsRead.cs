using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>What a trainer does with a view of 100,000 rows of 100 features before it learns: rows are checked, looked at and kept. In rows a second, beside a cursor with the same getters that does nothing with what it gets.</summary>
/// <param name="name">Name in the table.</param>
/// <param name="isText">Whether the view is of a text file, which each pass parses anew; else it is one that ML.NET has cached.</param>
internal sealed class RowsRead(string name, bool isText) : Benchmark
{
    private const int Rows = 100_000;
    private const int Repeats = 9;

    public override string Name => name;

    public override string Unit => "rows/s";

    public override string? PeerName => "a bare cursor";

    public override double? GigaFlops(double figure) => null;

    public override IRun Start(int threads) => new Run(isText, Read);

    public override IRun? StartPeer(int threads) => new Run(isText, Pass);

    private static void Read(MLContext context, IDataView view)
    {
        var options = new SgdTrainer.Options { Rows = RowStorage.InMemory };
        var roles = new TrainingRoles(nameof(SgdTrainer), options.LabelColumnName, options.FeatureColumnName, null);
        using var fit = new FitContext(((IHostEnvironment)context).Register(nameof(RowsRead)), options, roles, 1, "reading");
        TrainingData rows = fit.Read(view, (row, column) => new NumberLabelRows(row, column, new LabelRange(options.Loss)), "training", adviseScaling: false);
        if (rows.Count != Rows)
        {
            throw new InvalidOperationException($"{rows.Count} rows were read.");
        }
    }

    private static void Pass(MLContext context, IDataView view)
    {
        DataViewSchema.Column features = view.Schema["Features"];
        DataViewSchema.Column label = view.Schema["Label"];
        using DataViewRowCursor cursor = view.GetRowCursor([features, label]);
        var vectorGetter = cursor.GetGetter<VBuffer<float>>(features);
        var labelGetter = cursor.GetGetter<float>(label);
        VBuffer<float> vector = default;
        float number = 0;
        while (cursor.MoveNext())
        {
            vectorGetter(ref vector);
            labelGetter(ref number);
        }
    }

    private sealed class Run : IRun
    {
        private readonly MLContext _context = new(seed: 1);
        private readonly Action<MLContext, IDataView> _pass;
        private readonly IDataView _view;
        private readonly string _path = Path.GetTempFileName();

        public Run(bool isText, Action<MLContext, IDataView> pass)
        {
            _pass = pass;
            using (var writer = new StreamWriter(_path))
            {
                for (int i = 0; i < Rows; i++)
                {
                    writer.WriteLine(string.Join('\t', Enumerable.Range(-1, LinearSgd.Width + 1).Select(j => LinearSgd.Feature(i, Math.Max(0, j)).ToString(CultureInfo.InvariantCulture))));
                }
            }

            IDataView text = _context.Data.LoadFromTextFile(_path, [new TextLoader.Column("Label", DataKind.Single, 0), new TextLoader.Column("Features", DataKind.Single, 1, LinearSgd.Width)]);
            _view = isText ? text : _context.Data.Cache(text);
        }

        public double Measure() => Rows / Repeat.Seconds(Repeats, () => _pass(_context, _view));

        public void Dispose() => File.Delete(_path);
    }
}
