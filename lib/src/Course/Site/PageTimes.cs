using System.Globalization;
using System.Text.Json;
using Notebooks;

namespace Course;

/// <summary>How long a cell takes, in seconds.</summary>
/// <param name="Own">On the machine that measured, in the course's own kernel.</param>
/// <param name="More">Whether it was stopped there, so that it takes longer.</param>
/// <param name="Page">In a page on the same machine; null where it has not been waited for.</param>
/// <param name="Small">In a page with the chapter's smaller settings; null where there are none.</param>
internal sealed record CellTime(double Own, bool More, double? Page, double? Small);

/// <summary>
/// How long cells take in a page and on a machine of one's own, so that a page can say so before a cell is run:
/// data/page-times.json, which a test writes (PageTimesTests). It has the cells that take
/// some time natively; those that take <see cref="Worth"/> in a page are spoken of.
/// </summary>
internal sealed class PageTimes
{
    /// <summary>Cells that take less than this in a page are not spoken of, in seconds.</summary>
    public const double Worth = 5;

    /// <summary>The file's name in data/.</summary>
    public const string FileName = "page-times.json";

    private readonly Dictionary<(string Chapter, string Cell), CellTime> _times = [];

    /// <summary>
    /// Milliseconds that a small loop of a page took on the machine that measured (assets/live/page-times.js). A page
    /// measures its own, and scales all times by it.
    /// </summary>
    public double Loop { get; private init; }

    /// <summary>How many times as slowly as the machine its page computed: the median of the cells measured.</summary>
    public double Slower { get; private init; }

    /// <summary>Nothing is known of any cell.</summary>
    public static PageTimes None { get; } = new();

    /// <summary>The cells of all chapters.</summary>
    public IReadOnlyDictionary<(string Chapter, string Cell), CellTime> Cells => _times;

    /// <summary>Reads the file; <see cref="None"/> where there is none.</summary>
    /// <exception cref="CourseException">It is not such a file.</exception>
    public static PageTimes Read(string file)
    {
        if (!File.Exists(file)) { return None; }

        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(file));
            JsonElement root = json.RootElement;
            var times = new PageTimes
            {
                Loop = root.GetProperty("loop").GetDouble(), Slower = root.GetProperty("slower").GetDouble(),
            };
            foreach (JsonProperty chapter in root.EnumerateObject().Where(
                item => item.Value.ValueKind == JsonValueKind.Object))
            {
                foreach (JsonProperty cell in chapter.Value.EnumerateObject())
                {
                    double? Of(string name) =>
                        cell.Value.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : null;
                    times._times.Add((chapter.Name, cell.Name), new CellTime(
                        Of("own") ?? throw new KeyNotFoundException(), cell.Value.TryGetProperty("more", out _),
                        Of("page"), Of("small")));
                }
            }

            return times;
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new CourseException(
                $"{file} is not a file of times: {Quoted.Of(problem.Message, 200)} PageTimesTests write it.");
        }
    }

    /// <summary>What a cell's element on its page says of its times: attributes, or nothing.</summary>
    /// <param name="chapter">The chapter's name, such as 03-multi-head-attention.</param>
    /// <param name="cell">The cell's id.</param>
    public string AttributesOf(string chapter, string cell) =>
        _times.GetValueOrDefault((chapter, cell)) is { } time && InPage(time) is { } page && page >= Worth
            ? Number("own", time.Own) + Number("page", page) + Number("small", time.Small)
                + (time.More ? " data-more" : "")
            : "";

    /// <summary>
    /// Seconds in a page, measured or estimated; null where neither is to be had. The compiler's second, of which short
    /// cells consist, does not grow as the computing does, so that only long ones are estimated.
    /// </summary>
    private double? InPage(CellTime time) => time.Page ?? (time.Own >= 2 ? time.Own * Slower : null);

    private static string Number(string name, double? seconds) => seconds is not { } some ? ""
        : string.Create(CultureInfo.InvariantCulture, $" data-{name}=\"{some:0.#}\"");
}
