using System.Globalization;
using System.Text.RegularExpressions;

namespace Course;

/// <summary>One setting of a chapter: a parameter of its record, or a property in the record's body.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, as the cell writes it.</param>
/// <param name="Default">Its default, as the cell writes it.</param>
/// <param name="Comment">What the cell says of it, behind <c>//</c>; empty if it says nothing, or says it of several at
/// once.</param>
/// <param name="IsProperty">Whether it stands in the body.</param>
internal sealed partial record Setting(string Name, string Type, string Default, string Comment, bool IsProperty)
{
    /// <summary>The range that its comment states; null where the comment states values in words.</summary>
    public SettingRange? Range => SettingRange.Of(this);

    /// <summary>
    /// The values that a comment such as "Copy, Reverse or Sort: the task" lists, as C# text; empty for any other
    /// comment.
    /// </summary>
    public IReadOnlyList<string> Values
    {
        get
        {
            if (Range is not null || !Listed().IsMatch(Comment.Split(':')[0])) { return []; }

            string[] words = Comment.Split(':')[0].Split([", ", " or "], StringSplitOptions.TrimEntries);
            return Default.StartsWith('"') ? [.. words.Select(word => $"\"{word}\"")]
                : Default.LastIndexOf('.') is > 0 and var dot
                ? [.. words.Select(word => Default[..(dot + 1)] + word)] : words;
        }
    }

    /// <summary>
    /// The name with which an output would give this setting: its name's last word without a plural's s
    /// ("EncoderLayers" → "layer"), and the symbol that the comment begins with ("8 to 256: d, the width" → "d").
    /// </summary>
    public (string Noun, string? Symbol) Said
    {
        get
        {
            string last = Word().Matches(Name) is [.., var word] ? word.Value : Name;
            string what = Comment.Contains(": ", StringComparison.Ordinal)
                ? Comment[(Comment.IndexOf(": ", StringComparison.Ordinal) + 2)..]
                : "";
            return (last.ToLowerInvariant().TrimEnd('s'), Symbol().Match(what) is { Success: true } symbol
                ? symbol.Value
                : null);
        }
    }

    /// <summary>The default as a number; null if it is none.</summary>
    public double? Number =>
        double.TryParse(
            Default.TrimEnd('f').Replace("_", "", StringComparison.Ordinal), NumberStyles.Float,
            CultureInfo.InvariantCulture, out double number) ? number : null;

    [GeneratedRegex(@"^[\w' -]+(, [\w' -]+)* or [\w' -]+$")]
    private static partial Regex Listed();

    [GeneratedRegex("[A-Z][a-z]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"^(\p{L}|d_\w+)(?=[,:]|$)")]
    private static partial Regex Symbol();
}
