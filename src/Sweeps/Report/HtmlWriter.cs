using System.Globalization;
using System.Text;
using System.Xml;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>Writes HTML with SVG in it. All text and all values of attributes are escaped; what would be obeyed instead of shown, such as marks of writing direction, is written out.</summary>
internal sealed class HtmlWriter : IDisposable
{
    private readonly XmlWriter _xml;

    public HtmlWriter(Stream stream)
    {
        _xml = XmlWriter.Create(stream, new XmlWriterSettings { Encoding = new UTF8Encoding(false), OmitXmlDeclaration = true, NewLineChars = "\n", NewLineHandling = NewLineHandling.None });
        _xml.WriteDocType("html", null, null, null);
    }

    /// <summary>Opens an element that the returned object closes. Attributes whose value is null are left out.</summary>
    public IDisposable Open(string name, params (string Name, object? Value)[] attributes)
    {
        _xml.WriteStartElement(name);
        foreach (var (attribute, value) in attributes)
        {
            if (value is not null)
            {
                _xml.WriteAttributeString(attribute, value is double number ? Number(number) : Plain(FormattableString.Invariant($"{value}")));
            }
        }

        return new End(_xml);
    }

    /// <summary>An element with text in it, or with nothing.</summary>
    public void Element(string name, string text = "", params (string Name, object? Value)[] attributes)
    {
        using (Open(name, attributes))
        {
            Text(text);
        }
    }

    /// <summary>An element that has no end, such as meta.</summary>
    public void Void(string name, params (string Name, object? Value)[] attributes)
    {
        _xml.WriteStartElement(name);
        foreach (var (attribute, value) in attributes)
        {
            _xml.WriteAttributeString(attribute, FormattableString.Invariant($"{value}"));
        }

        _xml.WriteEndElement();
    }

    /// <summary>Text; its lines stay.</summary>
    public void Text(string text) => _xml.WriteString(Plain(text));

    /// <summary>A style or a script of our own, as it is.</summary>
    public void Raw(string element, string content)
    {
        using (Open(element))
        {
            _xml.WriteRaw(content);
        }
    }

    /// <summary>Ends a line of the file.</summary>
    public void Line() => _xml.WriteWhitespace("\n");

    public void Dispose() => _xml.Dispose();

    /// <summary>A number as SVG wants it, rounded to hundredths of a pixel.</summary>
    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Plain(string text) => string.Join('\n', text.Split('\n').Select(line => Excerpt.Name(line, int.MaxValue)));

    private sealed class End(XmlWriter xml) : IDisposable
    {
        // A browser takes <div/> for <div>.
        public void Dispose() => xml.WriteFullEndElement();
    }
}
