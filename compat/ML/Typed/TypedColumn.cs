using System.Linq.Expressions;
using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A column bound to a member of a class: what a <see cref="SchemaDefinition"/> says, checked against the class.</summary>
internal sealed record TypedColumn(string Name, DataViewType Type, MemberInfo Member, DataViewSchema.Annotations Annotations)
{
    public Type MemberType => TypeOf(Member);

    /// <summary>The columns of a definition, or, where it is null, those that the class itself defines for the direction.</summary>
    public static TypedColumn[] Bind(Type userType, SchemaDefinition definition, SchemaDefinition.Direction direction)
        => (definition ?? SchemaDefinition.Create(userType, direction)).Select(column => Bind(userType, column)).ToArray();

    private static TypedColumn Bind(Type userType, SchemaDefinition.Column column)
    {
        var member = (MemberInfo)userType.GetField(column.MemberName) ?? userType.GetProperty(column.MemberName);
        Contracts.CheckParam(member != null, nameof(userType), $"No field or property with name '{column.MemberName}' found in type '{userType}'");
        string name = string.IsNullOrEmpty(column.ColumnName) ? column.MemberName : column.ColumnName;
        var (itemType, isVector) = ItemTypeOf(member);
        if (column.ColumnType is null)
        {
            var item = AnnotationUtils.PrimitiveTypeFromType(itemType);
            return new(name, isVector ? new VectorDataViewType(item) : item, member, column.Annotations);
        }
        Contracts.CheckParam(column.ColumnType is VectorDataViewType == isVector && column.ColumnType.GetItemType().RawType == itemType, nameof(userType),
            $"Column '{name}' is supposed to have type {column.ColumnType}, but the associated member '{column.MemberName}' has type {TypeOf(member)}");
        return new(name, column.ColumnType, member, column.Annotations);
    }

    /// <summary>The definition by which the class gives columns of exactly this schema.</summary>
    public static SchemaDefinition DefinitionFor(Type userType, DataViewSchema schema)
    {
        var definition = SchemaDefinition.Create(userType, SchemaDefinition.Direction.Read);
        foreach (var column in schema)
        {
            var mapped = definition[column.Name];
            Contracts.Check(mapped != null, $"Type should contain a member named {column.Name}");
            mapped.ColumnType = column.Type;
            mapped.SetAnnotations(column.Annotations);
        }
        return definition;
    }

    /// <summary>The item type of a member's column, and whether the member is an array or a <see cref="VBuffer{T}"/>.</summary>
    public static (Type ItemType, bool IsVector) ItemTypeOf(MemberInfo member)
    {
        var type = TypeOf(member);
        bool isVector = type.IsArray || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>));
        var item = type.IsArray ? type.GetElementType() : isVector ? type.GenericTypeArguments[0] : type;
        Contracts.CheckParam(AnnotationUtils.TryPrimitiveTypeFromType(item) != null, nameof(member), $"Could not determine an IDataView type for member {member.Name}");
        return (item == typeof(string) ? typeof(ReadOnlyMemory<char>) : item, isVector);
    }

    public Func<TRow, TValue> Reader<TRow, TValue>()
    {
        var row = Expression.Parameter(typeof(TRow));
        return Expression.Lambda<Func<TRow, TValue>>(Expression.MakeMemberAccess(row, Member), row).Compile();
    }

    public Action<TRow, TValue> Writer<TRow, TValue>()
    {
        var row = Expression.Parameter(typeof(TRow));
        var value = Expression.Parameter(typeof(TValue));
        return Expression.Lambda<Action<TRow, TValue>>(Expression.Assign(Expression.MakeMemberAccess(row, Member), value), row, value).Compile();
    }

    private static Type TypeOf(MemberInfo member) => member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;
}
