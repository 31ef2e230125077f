namespace MLNet.GradientTrainers;

/// <summary>The type of the label column of <see cref="Microsoft.ML.IdxDataCatalogExtensions.LoadFromIdx"/>.</summary>
public enum IdxLabelKind
{
    /// <summary>A key whose values are the texts "0", "1", …: what multiclass trainers want.</summary>
    Key,

    /// <summary>The label as a Single: what regression trainers want.</summary>
    Number,
}
