namespace MLNet.GradientTrainers.Samples.Figures;

/// <summary>Colours and type of all figures.</summary>
internal static class Theme
{
    public const string Font = "Inter, 'Segoe UI', 'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif";
    public const string Background = "#ffffff";
    public const string Text = "#1f2430";
    public const string Muted = "#667085";
    public const string Grid = "#e6e8ee";
    public const string Axis = "#98a1b3";
    public const string Blue = "#2563eb";
    public const string PaleBlue = "#a9c1f5";
    public const string Orange = "#e8710a";
    public const string Green = "#15803d";
    public const string Red = "#c81e1e";
}
