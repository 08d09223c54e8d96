using System.Globalization;
using System.Text.Json.Nodes;
using Notebooks;

namespace Course.Tests;

/// <summary>Writes data/page-times.json, in the measure of the machine that began it.</summary>
/// <param name="path">The file.</param>
internal sealed class PageTimesFile(string path)
{
    private const double Least = 0.3; // what takes less, in seconds, is of no use to anybody

    private readonly JsonObject _file = File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path))!.AsObject() : [];

    /// <summary>How long a cell takes natively; null if that is not in the file.</summary>
    public (double Seconds, bool More)? OwnOf(Chapter chapter, Cell cell) =>
        _file[chapter.Name]?[cell.Id]?["own"] is { } own
            ? (own.GetValue<double>(), _file[chapter.Name]![cell.Id]!["more"] is not null) : null;

    /// <summary>Puts in how long a chapter's cells take natively; cells that take less now are gone.</summary>
    /// <param name="chapter">Which.</param>
    /// <param name="times">By the ids of its cells, in their order.</param>
    /// <param name="loop">How long the page's small loop has taken on this machine.</param>
    public void Put(Chapter chapter, Dictionary<string, (double Seconds, bool More)> times, double loop)
    {
        double scale = ScaleOf(loop);
        var cells = new JsonObject();
        foreach (var (id, (seconds, more)) in times.Where(time => time.Value.Seconds >= Least))
        {
            cells[id] = new JsonObject { ["own"] = Short(seconds * scale) };
            if (more) { cells[id]!["more"] = true; }

            foreach (string kept in (string[])["page", "small"])
            {
                if (_file[chapter.Name]?[id]?[kept] is { } before) { cells[id]![kept] = before.DeepClone(); }
            }
        }

        _file.Remove(chapter.Name);
        if (cells.Count > 0) { _file[chapter.Name] = cells; }
        Write();
    }

    /// <summary>Puts in how long they take in a page.</summary>
    /// <param name="chapter">Which.</param>
    /// <param name="what">"page", or "small" with the smaller settings.</param>
    /// <param name="times">By the ids of its cells; without those that did not run.</param>
    /// <param name="loop">As above.</param>
    public void Put(Chapter chapter, string what, Dictionary<string, double> times, double loop)
    {
        double scale = ScaleOf(loop);
        foreach (var (id, item) in _file[chapter.Name]?.AsObject() ?? [])
        {
            if (times.TryGetValue(id, out double seconds)) { item![what] = Short(seconds * scale); }
        }

        Write();
    }

    private double ScaleOf(double loop)
    {
        _file["loop"] ??= Short(loop);
        return _file["loop"]!.GetValue<double>() / loop;
    }

    private void Write()
    {
        double[] ratios =
        [
            .. Chapters().SelectMany(chapter => chapter.Value!.AsObject()).Select(cell => cell.Value!.AsObject())
                .Where(time => time["page"] is not null && time["more"] is null && Own(time) >= 1)
                .Select(time => time["page"]!.GetValue<double>() / Own(time)),
        ];
        _file["slower"] = ratios.Length == 0 ? 10 : Short(ratios.Order().ElementAt(ratios.Length / 2));
        string[] lines =
        [
            $"  \"loop\": {_file["loop"]}", $"  \"slower\": {_file["slower"]}",
            .. Chapters().OrderBy(item => item.Key, StringComparer.Ordinal).Select(chapter =>
                $"  \"{chapter.Key}\": {{\n" + string.Join(",\n", chapter.Value!.AsObject().Select(
                    cell => $"    \"{cell.Key}\": {Line(cell.Value!)}")) + "\n  }"),
        ];
        File.WriteAllText(path, "{\n" + string.Join(",\n", lines) + "\n}\n");
    }

    private IEnumerable<KeyValuePair<string, JsonNode?>> Chapters() => _file.Where(item => item.Value is JsonObject);

    private static double Own(JsonObject time) => time["own"]!.GetValue<double>();

    private static string Line(JsonNode times) =>
        times.ToJsonString().Replace(",", ", ", StringComparison.Ordinal).Replace(":", ": ", StringComparison.Ordinal);

    /// <summary>Two digits are more than is known.</summary>
    private static double Short(double value) => double.Parse(
        value.ToString(value < 10 ? "0.0" : "0", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
