using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Hosting.Tests;

/// <summary>Another model that counts how often it is disposed of.</summary>
internal sealed class DisposableModel(ITransformer model) : ITransformer, IDisposable
{
    public int Disposals { get; private set; }

    public bool IsRowToRowMapper => model.IsRowToRowMapper;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => model.GetOutputSchema(inputSchema);

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => model.GetRowToRowMapper(inputSchema);

    public IDataView Transform(IDataView input) => model.Transform(input);

    public void Save(ModelSaveContext context) => model.Save(context);

    public void Dispose() => Disposals++;
}
