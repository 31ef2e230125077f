using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML
{
    public sealed class MLContext
    {
        private MLContext() => throw null;

        public void CancelExecution() => throw null;
    }

    public interface ISingleFeaturePredictionTransformer : ITransformer
    {
        string FeatureColumnName { get; }
    }
}

namespace Microsoft.ML.Data
{
    public interface IInternalCatalog
    {
        IHostEnvironment Environment { get; }
    }
}

namespace Microsoft.ML.Data
{
    public interface IDataTransform : IDataView, ICanSaveModel
    {
        IDataView Source { get; }
    }
}

namespace Microsoft.ML.Model.OnnxConverter
{
    public abstract class OnnxContext
    {
        private OnnxContext() => throw null;

        public abstract string GetNodeName(string prefix);

        public abstract bool IsVariableDefined(string variableName);

        public abstract bool ContainsColumn(string colName);

        public abstract void CheckOpSetVersion(int thisTransformerMinumumOpSetVersion, string registerTransformerName);

        public abstract string GetVariableName(string colName);

        public abstract string AddIntermediateVariable(DataViewType type, string colName, bool skip = false);

        public abstract OnnxNode CreateNode(string opType, IEnumerable<string> inputs, IEnumerable<string> outputs, string name, string domain = null);

        public abstract string AddInitializer(IEnumerable<float> values, IEnumerable<long> dims, string name = null, bool makeUniqueName = true);

        public abstract string AddInitializer(IEnumerable<long> values, IEnumerable<long> dims, string name = null, bool makeUniqueName = true);

        public abstract string AddInitializer(IEnumerable<double> values, IEnumerable<long> dims, string name = null, bool makeUniqueName = true);
    }

    public abstract class OnnxNode
    {
        private OnnxNode() => throw null;

        public abstract void AddAttribute(string argName, double value);

        public abstract void AddAttribute(string argName, long value);

        public abstract void AddAttribute(string argName, IEnumerable<long> value);
    }

    public interface ICanSaveOnnx
    {
        bool CanSaveOnnx(OnnxContext ctx);
    }

    public interface ISaveAsOnnx : ICanSaveOnnx
    {
        void SaveAsOnnx(OnnxContext ctx);
    }

    public interface ITransformCanSaveOnnx : ISaveAsOnnx, Microsoft.ML.Data.IDataTransform;
}

namespace Microsoft.ML.Data.IO
{
    public sealed class BinaryLoader : IDataView
    {
        public BinaryLoader(IHostEnvironment env, Arguments args, Stream stream, bool leaveOpen = true) => throw null;

        public bool CanShuffle => throw null;

        public DataViewSchema Schema => throw null;

        public long? GetRowCount() => throw null;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) => throw null;

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => throw null;

        public sealed class Arguments
        {
            public double PoolBlocks;

            public Arguments() => throw null;
        }
    }
}
