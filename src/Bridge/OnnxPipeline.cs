using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;

namespace MLNet.GradientTrainers.Bridge;

/// <summary>A pipeline on its way to ONNX, as ML.NET's <c>ConvertToOnnx</c> hands it from step to step: the columns so far with their tensors, and the graph that makes them.</summary>
public sealed class OnnxPipeline
{
    /// <summary>The lowest set of operators that the converter may be asked for, and that the plug-in's models need.</summary>
    private const int LowestOperatorSet = 9;

    /// <summary>ONNX's own operators; where none is named the converter takes those of ai.onnx.ml.</summary>
    private const string Domain = "";

    private readonly OnnxContext _context;

    internal OnnxPipeline(OnnxContext context, string step)
    {
        _context = context;
        context.CheckOpSetVersion(LowestOperatorSet, step);
    }

    /// <summary>The tensor of a column, [rows, dimensions of the column's type]; null where no step before has converted it.</summary>
    /// <param name="column">The column's name.</param>
    public string? Tensor(string column) => _context.ContainsColumn(column) ? _context.GetVariableName(column) : null;

    /// <summary>Adds a column, or takes the place of one of the same name.</summary>
    /// <param name="type">The column's type.</param>
    /// <param name="column">The column's name.</param>
    /// <param name="tensor">The tensor that it gives.</param>
    public void AddColumn(DataViewType type, string column, string tensor)
    {
        string variable = _context.AddIntermediateVariable(type, column);
        _context.CreateNode("Identity", [tensor], [variable], _context.GetNodeName("Identity"), Domain);
    }

    /// <summary>Adds a tensor that never changes.</summary>
    /// <param name="name">The name wished for.</param>
    /// <param name="values">The numbers, row-major.</param>
    /// <param name="dimensions">The sizes, outermost first.</param>
    /// <returns>The tensor's name.</returns>
    public string AddConstant(string name, float[] values, long[] dimensions) => _context.AddInitializer(values, dimensions, Free(name));

    /// <inheritdoc cref="AddConstant(string, float[], long[])"/>
    public string AddConstant(string name, double[] values, long[] dimensions) => _context.AddInitializer(values, dimensions, Free(name));

    /// <inheritdoc cref="AddConstant(string, float[], long[])"/>
    public string AddConstant(string name, long[] values, long[] dimensions) => _context.AddInitializer(values, dimensions, Free(name));

    /// <summary>Adds an operator with one output.</summary>
    /// <param name="operation">The operator.</param>
    /// <param name="name">The name wished for, of the node and of its output.</param>
    /// <param name="inputs">Names of tensors.</param>
    /// <param name="attributes">The settings: each a long, a float, or several long.</param>
    /// <returns>The output's name.</returns>
    public string AddNode(string operation, string name, IEnumerable<string> inputs, IEnumerable<(string Name, object Value)> attributes)
    {
        string output = _context.AddIntermediateVariable(null!, Free(name), skip: true);
        OnnxNode node = _context.CreateNode(operation, inputs, [output], _context.GetNodeName(name), Domain);
        foreach (var (setting, value) in attributes)
        {
            switch (value)
            {
                case long integer:
                    node.AddAttribute(setting, integer);
                    break;
                case float number:
                    node.AddAttribute(setting, (double)number);
                    break;
                case IEnumerable<long> integers:
                    node.AddAttribute(setting, integers);
                    break;
                default:
                    throw new ArgumentException($"The setting {setting} of {operation} is a {value.GetType()}.", nameof(attributes));
            }
        }

        return output;
    }

    /// <summary>A name that no column has: the converter would take the tensor for that column from then on.</summary>
    private string Free(string name)
    {
        string free = name;
        for (int i = 2; _context.ContainsColumn(free) || _context.IsVariableDefined(free); i++)
        {
            free = $"{name}.{i}";
        }

        return free;
    }
}
