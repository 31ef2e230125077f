using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>The row mapper of a chain: each member computes only what its successors need.</summary>
internal sealed class CompositeRowToRowMapper(DataViewSchema inputSchema, IReadOnlyList<IRowToRowMapper> mappers) : IRowToRowMapper
{
    public DataViewSchema InputSchema { get; } = inputSchema;
    public DataViewSchema OutputSchema { get; } = mappers.Count > 0 ? mappers[^1].OutputSchema : inputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
        => mappers.Reverse().Aggregate(dependingColumns, (needed, mapper) => mapper.GetDependencies(needed));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckValue(activeColumns, nameof(activeColumns));
        Contracts.CheckParam(ReferenceEquals(input.Schema, InputSchema), nameof(input), "The row does not have the mapper's input schema.");
        var needed = new IEnumerable<DataViewSchema.Column>[mappers.Count];
        for (int i = mappers.Count - 1; i >= 0; i--)
            needed[i] = i == mappers.Count - 1 ? activeColumns : mappers[i + 1].GetDependencies(needed[i + 1]).ToArray();
        return mappers.Zip(needed).Aggregate(input, (row, step) => step.First.GetRow(row, step.Second));
    }
}
