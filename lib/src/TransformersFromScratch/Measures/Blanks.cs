namespace TransformersFromScratch;

/// <summary>
/// White space as sacreBLEU sees it, which is Python's: that of .NET, and the four separators U+001C to U+001F.
/// </summary>
internal static class Blanks
{
    /// <summary>Every such character.</summary>
    public static readonly char[] All =
        [.. Enumerable.Range(0, char.MaxValue + 1).Select(unit => (char)unit)
            .Where(unit => char.IsWhiteSpace(unit) || unit is >= '\u001C' and <= '\u001F')];

    /// <summary>The words between white space.</summary>
    public static string[] Split(string text) => text.Split(All, StringSplitOptions.RemoveEmptyEntries);
}
