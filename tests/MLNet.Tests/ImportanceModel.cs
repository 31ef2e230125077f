using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.MLNet.Tests;

/// <summary>Maps the features of a row to its score.</summary>
internal delegate void ScoreMapper<TScore>(in VBuffer<float> features, ref TScore score);

/// <summary>A third-party predictor: appends a Score column, computed row by row from a vector of Single.</summary>
internal sealed class ScoringModel<TScore>(DataViewType scoreType, ScoreMapper<TScore> map) : ISingleFeaturePredictionTransformer<object>
{
    public object Model => map;

    public string FeatureColumnName => "Features";

    public DataViewType FeatureColumnType => new VectorDataViewType(NumberDataViewType.Single, 2);

    public bool IsRowToRowMapper => false;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        builder.AddColumn("Score", scoreType);
        return builder.ToSchema();
    }

    public IDataView Transform(IDataView input) => new View(input, GetOutputSchema(input.Schema), map);

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException();

    public void Save(ModelSaveContext ctx) => throw new NotSupportedException();

    private sealed class View(IDataView input, DataViewSchema schema, ScoreMapper<TScore> map) : IDataView
    {
        public DataViewSchema Schema => schema;

        public bool CanShuffle => false;

        public long? GetRowCount() => input.GetRowCount();

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        {
            var active = columnsNeeded.Select(c => c.Index).ToHashSet();
            var needed = input.Schema.Where(c => active.Contains(c.Index)).ToList();
            if (active.Contains(input.Schema.Count))
                needed.Add(input.Schema["Features"]);
            return new Cursor(input.GetRowCursor(needed.DistinctBy(c => c.Index)), schema, map, active);
        }

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
            => [GetRowCursor(columnsNeeded)];
    }

    private sealed class Cursor(DataViewRowCursor input, DataViewSchema schema, ScoreMapper<TScore> map, HashSet<int> active) : DataViewRowCursor
    {
        public override DataViewSchema Schema => schema;

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override bool MoveNext() => input.MoveNext();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (column.Index < input.Schema.Count)
                return input.GetGetter<TValue>(input.Schema[column.Index]);
            var features = input.GetGetter<VBuffer<float>>(input.Schema["Features"]);
            VBuffer<float> buffer = default;
            ValueGetter<TScore> getter = (ref TScore score) =>
            {
                features(ref buffer);
                map(in buffer, ref score);
            };
            return (ValueGetter<TValue>)(object)getter;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }
    }
}
