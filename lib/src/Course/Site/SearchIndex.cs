using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Shared;

namespace Course;

/// <summary>
/// The text of all pages for the search (search.js). A script and not JSON, as a page that is opened from a file may
/// not fetch; it is loaded when a reader searches for the first time, so that pages stay light.
/// </summary>
internal static class SearchIndex
{
    public const string FileName = "search-index.js";

    private static readonly JsonSerializerOptions s_readable =
        new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>Writes the index.</summary>
    /// <param name="folder">The site's assets.</param>
    /// <param name="pages">Address, title and sections of each page.</param>
    public static void Write(
        string folder, IEnumerable<(string Url, string Title, IReadOnlyList<Section> Sections)> pages)
    {
        var index = new JsonArray([.. pages.Select(page => (JsonNode)new JsonArray(
            page.Url, page.Title,
            new JsonArray([.. page.Sections.Select(section => (JsonNode)new JsonArray(
                section.Level < 2 ? "" : section.Id, section.Heading, section.Text))])))]);
        WholeFile.Write(
            Path.Combine(folder, FileName), $"window.courseIndex = {index.ToJsonString(s_readable)};\n");
    }

    /// <summary>Those of a chapter. A text that cannot be read is not found; its page says what is wrong.</summary>
    public static IReadOnlyList<Section> SectionsOf(ChapterPage page)
    {
        try { return PlainText.Sections(page.Texts); }
        catch (CourseException) { return []; }
    }
}
