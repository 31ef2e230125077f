using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>A row that a model must predict for before it is taken, and what is asked of the answer.</summary>
/// <param name="Input">The row; null for one of zeros and empty texts.</param>
/// <param name="IsRight">What is asked; null for any answer.</param>
internal sealed record ModelProbe<TIn, TOut>(TIn? Input, Func<TOut, bool>? IsRight)
    where TIn : class, new()
    where TOut : class, new()
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.IgnoreCase;

    /// <summary>What is wrong with an engine's answer: a sentence; null when nothing is.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="schema">The columns that the model was trained on; null for unknown.</param>
    public string? ProblemOf(RowEngine<TIn, TOut> engine, DataViewSchema? schema)
    {
        TOut answer;
        try
        {
            answer = engine.Predict(Input ?? Blank());
        }
        catch (Exception exception)
        {
            string advice = InputAdvice.For(typeof(TIn), exception, schema);
            if (Input is null && advice.Length > 0)
            {
                return $"it can't predict for a {typeof(TIn).Name}: {ModelArchive.Reason(exception)}{advice}";
            }

            string row = Input is null ? $"a {typeof(TIn).Name} of zeros and empty texts (give a better one by Probe, or switch this off by GradientModelOptions.Probe)" : "the example given by Probe";
            return $"it can't predict for {row}: {ModelArchive.Reason(exception)}";
        }

        return IsRight is null || IsRight(answer) ? null : "its answer to an example given by Probe is not accepted.";
    }

    /// <summary>A new row, whose vectors of known size have it, and whose texts are not null.</summary>
    private static TIn Blank()
    {
        var row = new TIn();
        foreach (var column in SchemaDefinition.Create(typeof(TIn), SchemaDefinition.Direction.Read))
        {
            foreach (var member in typeof(TIn).GetMember(column.MemberName, MemberTypes.Field | MemberTypes.Property, Members))
            {
                if (member is FieldInfo { IsInitOnly: false } field)
                {
                    Fill(field.FieldType, column.ColumnType, field.GetValue(row), value => field.SetValue(row, value));
                }
                else if (member is PropertyInfo { CanWrite: true, CanRead: true } property)
                {
                    Fill(property.PropertyType, column.ColumnType, property.GetValue(row), value => property.SetValue(row, value));
                }
            }
        }

        return row;
    }

    private static void Fill(Type type, DataViewType column, object? value, Action<object> set)
    {
        if (type == typeof(string) && value is null)
        {
            set("");
        }
        else if (type.IsArray && column is VectorDataViewType vector && (value as Array)?.Length is null or 0)
        {
            var filled = Array.CreateInstance(type.GetElementType()!, vector.Size);
            if (filled is string[] texts)
            {
                Array.Fill(texts, "");
            }

            set(filled);
        }
    }
}
