using System.Collections;
using System.Globalization;
using System.Net;
using System.Reflection;

namespace Notebooks;

/// <summary>Turns any value into the mime types a front end can show.</summary>
public static class Formatter
{
    /// <summary>
    /// By the first rule that fits: HTML made with HTML(...); the value's own formatters (see
    /// <see cref="FormatterSource"/>); text and numbers as they are; matrices, sequences and objects as tables.
    /// </summary>
    public static MimeBundle Format(object? value)
    {
        try
        {
            return value switch
            {
                null => Plain("<null>"),
                HtmlContent html => new MimeBundle(("text/html", html.Html), ("text/plain", html.Html)),
                MarkdownContent markdown =>
                    new MimeBundle(("text/markdown", markdown.Text), ("text/plain", markdown.Text)),
                string text => Plain(text),
                _ => FormatterSource.TryFormat(value) ?? FormatByShape(value),
            };
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            return Plain(
                $"{value?.GetType().Name} (showing it threw {Innermost(problem).GetType().Name}: " +
                $"{Innermost(problem).Message})");
        }
    }

    /// <summary>The value as one mime type, for display(value, "text/html").</summary>
    public static MimeBundle Format(object? value, string mime)
    {
        if (value is string text) { return new MimeBundle((mime, text)); }

        MimeBundle all = Format(value);
        return new MimeBundle((mime, all[mime] ?? all["text/plain"] ?? ""));
    }

    internal static MimeBundle Plain(string text) => new(("text/plain", text));

    /// <summary>A value as a word or two, for a cell of a table.</summary>
    internal static string Brief(object? value)
    {
        string text = value switch
        {
            null => "<null>",
            string s => s,
            float or double or Half => ((IFormattable)value).ToString("G6", CultureInfo.InvariantCulture),
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            ICollection collection => $"{NameOf(value.GetType())} of {collection.Count}",
            _ => value.ToString() ?? "",
        };
        return text.Length <= 200 ? text : text[..199] + "…";
    }

    internal static string Escape(string text) => WebUtility.HtmlEncode(text);

    internal static string NameOf(Type type) => type.IsArray
        ? NameOf(type.GetElementType()!) + "[]"
        : type.IsGenericType
        ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>" : type.Name;

    private static MimeBundle FormatByShape(object value)
    {
        if (value is Exception problem) { return Plain($"{problem.GetType().FullName}: {problem.Message}"); }

        if (value is Type type) { return Plain(NameOf(type)); }

        if (value is IFormattable formattable && value.GetType().IsValueType)
        {
            return Plain(formattable.ToString(null, CultureInfo.InvariantCulture));
        }

        if (value is bool or char or Delegate or Task) { return Plain(value.ToString() ?? ""); }

        if (MatrixTable.TryMake(value) is { } matrix) { return matrix.ToBundle(); }

        if (value is IDictionary dictionary)
        {
            return TextTable.Of(
                ["key", "value"], Entries(dictionary).Select(entry => new[] { Brief(entry.Key), Brief(entry.Value) }))
                    .ToBundle();
        }

        return value is IEnumerable sequence ? SequenceTable.Of(sequence).ToBundle() : FormatObject(value);
    }

    private static MimeBundle FormatObject(object value)
    {
        (string Name, object? Value)[] members = Members(value);
        if (members.Length == 0) { return Plain(value.ToString() ?? ""); }

        MimeBundle table = TextTable.Of(
            ["member", "value"], members.Select(member => new[] { member.Name, Brief(member.Value) })).ToBundle();
        string text = value.ToString() ?? "";
        bool saysMore = text.Length > 0 && text != value.GetType().ToString();
        return new MimeBundle(
            ("text/html", table["text/html"]!), ("text/plain", saysMore ? text : table["text/plain"]!));
    }

    private static IEnumerable<DictionaryEntry> Entries(IDictionary dictionary)
    {
        foreach (DictionaryEntry entry in dictionary) { yield return entry; }
    }

    /// <summary>Public properties, and the fields of a tuple; one that throws says so instead.</summary>
    internal static (string Name, object? Value)[] Members(object value)
    {
        Type type = value.GetType();
        if (value is System.Runtime.CompilerServices.ITuple tuple)
        {
            return [.. Enumerable.Range(0, tuple.Length).Select(i => ($"Item{i + 1}", tuple[i]))];
        }

        return [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(
                property => property.CanRead && property.GetIndexParameters().Length == 0
                    && !property.PropertyType.IsByRefLike)
            .Take(50)
            .Select(property => (property.Name, Read(property, value)))];
    }

    private static object? Read(PropertyInfo property, object value)
    {
        try { return property.GetValue(value); }
        catch (Exception problem) { return $"threw {Innermost(problem).GetType().Name}"; }
    }

    private static Exception Innermost(Exception problem) =>
        problem is TargetInvocationException { InnerException: { } inner } ? Innermost(inner) : problem;
}

/// <summary>Markup to be shown as it is.</summary>
public sealed record HtmlContent(string Html)
{
    public override string ToString() => Html;
}

/// <summary>Markdown to be shown rendered.</summary>
public sealed record MarkdownContent(string Text);
