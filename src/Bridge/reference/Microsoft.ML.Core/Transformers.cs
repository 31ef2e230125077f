using Microsoft.ML.Data;

namespace Microsoft.ML.Runtime
{
    public interface IHostEnvironment;

    public interface IHostEnvironmentInternal : IHostEnvironment
    {
        bool FallbackToCpu { get; set; }

        int? GpuDeviceId { get; set; }
    }

    public interface ICancelable
    {
        bool IsCanceled { get; }
    }
}

namespace Microsoft.ML.Data
{
    public interface IRowToRowMapper;
}

namespace Microsoft.ML
{
    public interface ITransformer : ICanSaveModel
    {
        bool IsRowToRowMapper { get; }

        DataViewSchema GetOutputSchema(DataViewSchema inputSchema);

        IDataView Transform(IDataView input);

        IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema);
    }
}
