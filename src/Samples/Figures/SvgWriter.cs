using System.Globalization;
using System.Text;
using System.Xml;

namespace MLNet.GradientTrainers.Samples.Figures;

/// <summary>Writes the few SVG elements that the figures need; numbers are rounded to hundredths of a pixel.</summary>
internal sealed class SvgWriter : IDisposable
{
    private const string Namespace = "http://www.w3.org/2000/svg";

    private readonly XmlWriter _xml;

    private SvgWriter(Stream stream, double width, double height, string title)
    {
        _xml = XmlWriter.Create(stream, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, IndentChars = " " });
        _xml.WriteStartDocument();
        _xml.WriteStartElement("svg", Namespace);
        Attributes(("width", width), ("height", height), ("viewBox", $"0 0 {Number(width)} {Number(height)}"), ("font-family", Theme.Font), ("role", "img"));
        _xml.WriteElementString("title", Namespace, title);
        Rectangle(0, 0, width, height, Theme.Background);
    }

    /// <summary>Writes a picture on a background as a file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="title">What a screen reader says and a browser shows.</param>
    /// <param name="draw">Draws it.</param>
    public static void Save(string path, double width, double height, string title, Action<SvgWriter> draw) => AtomicFile.Write(path, stream =>
    {
        using var svg = new SvgWriter(stream, width, height, title);
        draw(svg);
    });

    /// <summary>Opens a group that the returned object closes.</summary>
    public IDisposable Group(params (string Name, object Value)[] attributes)
    {
        _xml.WriteStartElement("g", Namespace);
        Attributes(attributes);
        return new End(_xml);
    }

    /// <summary>A filled rectangle.</summary>
    public void Rectangle(double x, double y, double width, double height, string fill, params (string Name, object Value)[] attributes) =>
        Element("rect", [("x", x), ("y", y), ("width", width), ("height", height), ("fill", fill), .. attributes]);

    /// <summary>A straight line.</summary>
    public void Line(double x1, double y1, double x2, double y2, string stroke, params (string Name, object Value)[] attributes) =>
        Element("line", [("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2), ("stroke", stroke), .. attributes]);

    /// <summary>A filled circle.</summary>
    public void Circle(double x, double y, double radius, string fill, params (string Name, object Value)[] attributes) =>
        Element("circle", [("cx", x), ("cy", y), ("r", radius), ("fill", fill), .. attributes]);

    /// <summary>Joined straight lines.</summary>
    public void Polyline(IEnumerable<(double X, double Y)> points, string stroke, params (string Name, object Value)[] attributes) =>
        Element(
            "polyline",
            [("points", string.Join(' ', points.Select(p => $"{Number(p.X)},{Number(p.Y)}"))), ("fill", "none"), ("stroke", stroke), ("stroke-linejoin", "round"), .. attributes]);

    /// <summary>A shape from path commands.</summary>
    public void Path(string commands, string fill, params (string Name, object Value)[] attributes) =>
        Element("path", [("d", commands), ("fill", fill), .. attributes]);

    /// <summary>A line of text; <c>text-anchor</c> start, middle or end.</summary>
    public void Text(double x, double y, string text, double size, string fill, params (string Name, object Value)[] attributes)
    {
        _xml.WriteStartElement("text", Namespace);
        Attributes([("x", x), ("y", y), ("font-size", size), ("fill", fill), .. attributes]);
        _xml.WriteString(text);
        _xml.WriteEndElement();
    }

    /// <summary>Ends the document.</summary>
    public void Dispose()
    {
        _xml.WriteEndDocument();
        _xml.Dispose();
    }

    /// <summary>A number as SVG wants it, whatever the culture.</summary>
    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private void Element(string name, (string Name, object Value)[] attributes)
    {
        _xml.WriteStartElement(name, Namespace);
        Attributes(attributes);
        _xml.WriteEndElement();
    }

    private void Attributes(params (string Name, object Value)[] attributes)
    {
        foreach (var (name, value) in attributes)
        {
            _xml.WriteAttributeString(name, value is string text ? text : Number(Convert.ToDouble(value, CultureInfo.InvariantCulture)));
        }
    }

    private sealed class End(XmlWriter xml) : IDisposable
    {
        public void Dispose() => xml.WriteEndElement();
    }
}
