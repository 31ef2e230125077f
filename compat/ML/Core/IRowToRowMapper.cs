namespace Microsoft.ML.Data;

/// <summary>Maps one row to one row: the base of prediction engines and of lazy transforms.</summary>
public interface IRowToRowMapper
{
    DataViewSchema InputSchema { get; }
    DataViewSchema OutputSchema { get; }
    IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns);
    DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns);
}
