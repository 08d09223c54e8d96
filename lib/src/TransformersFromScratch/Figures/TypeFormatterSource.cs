namespace TransformersFromScratch;

/// <summary>
/// Tells a notebook kernel how a type shows itself. Kernels of the .NET Interactive family look for an attribute of
/// this NAME and for the members of these names, so the library needs no reference to any of them.
/// </summary>
/// <param name="formatterSourceType">A type with a method <c>CreateTypeFormatters</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    /// <summary>The type whose <c>CreateTypeFormatters</c> gives the formatters.</summary>
    public Type FormatterSourceType { get; } = formatterSourceType;

    /// <summary>The MIME types to show, best first.</summary>
    public string[] PreferredMimeTypes { get; set; } = [];
}

/// <summary>Something that a notebook shows as HTML; where it shows text only, it shows <c>ToString()</c>.</summary>
internal interface IShown
{
    /// <summary>The HTML, complete in itself.</summary>
    string ToHtml();
}

/// <summary>The formatters of whatever is <see cref="IShown"/>.</summary>
internal sealed class FormatterSource
{
    /// <summary>One formatter a MIME type.</summary>
    public IEnumerable<object> CreateTypeFormatters() =>
    [
        new Formatter("text/html", shown => (shown as IShown)?.ToHtml()),
        new Formatter("text/plain", shown => (shown as IShown)?.ToString()),
    ];

    private sealed class Formatter(string mimeType, Func<object, string?> write)
    {
        public string MimeType { get; } = mimeType;

        /// <summary>Writes the text of what is shown; false when it cannot be shown.</summary>
        public bool Format(object instance, TextWriter writer)
        {
            if (write(instance) is not { } text)
                return false;
            writer.Write(text);
            return true;
        }
    }
}
