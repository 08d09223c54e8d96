using System.Reflection;

namespace Notebooks;

/// <summary>
/// .NET Interactive's convention by which a type brings its own formatters without referring to any notebook: an
/// attribute named TypeFormatterSourceAttribute names a class whose CreateTypeFormatters() gives objects with a
/// MimeType and a Format(instance, writer). Everything is found by name.
/// </summary>
internal static class FormatterSource
{
    public static MimeBundle? TryFormat(object value)
    {
        object? attribute = Bases(value.GetType())
            .SelectMany(type => type.GetCustomAttributes(inherit: false))
            .FirstOrDefault(attribute => attribute.GetType().Name == "TypeFormatterSourceAttribute");
        if (attribute is null || Get(attribute, "FormatterSourceType") is not Type source) { return null; }

        object maker = Activator.CreateInstance(source, nonPublic: true)!;
        var formatters = ((IEnumerable<object>)Call(maker, "CreateTypeFormatters")!).ToList();
        string[] preferred = Get(attribute, "PreferredMimeTypes") as string[] ?? [];
        var shown = formatters
            .Select(formatter => (Mime: (string)Get(formatter, "MimeType")!, Formatter: formatter))
            .Where(item => preferred.Length == 0 || preferred.Contains(item.Mime))
            .OrderBy(item => Array.IndexOf(preferred, item.Mime))
            .Select(item => (item.Mime, Text: Write(item.Formatter, value)))
            .Where(item => item.Text is not null)
            .Select(item => (item.Mime, item.Text!))
            .ToList();
        if (shown.All(item => item.Mime != "text/plain")) { shown.Add(("text/plain", value.ToString() ?? "")); }

        return new MimeBundle(shown);
    }

    private static string? Write(object formatter, object value)
    {
        using var writer = new StringWriter(System.Globalization.CultureInfo.InvariantCulture);
        return Call(formatter, "Format", value, writer) is true ? writer.ToString() : null;
    }

    private static IEnumerable<Type> Bases(Type type)
    {
        for (Type? current = type; current is not null; current = current.BaseType) { yield return current; }
    }

    private static object? Get(object target, string property) =>
        target.GetType().GetProperty(
            property, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)?.GetValue(target);

    private static object? Call(object target, string method, params object[] arguments) =>
        target.GetType().GetMethod(
            method, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)?.Invoke(target, arguments);
}
