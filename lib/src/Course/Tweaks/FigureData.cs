using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Course;

/// <summary>
/// The numbers that a figure of the library carries for its live chart, to see whether there is anything in it.
/// </summary>
internal static partial class FigureData
{
    /// <summary>
    /// How many of a figure's maps, curves and bars there are, and how many of them hold no number, or the same one
    /// everywhere. A flat curve beside one that is not flat is no empty one: of a model that has hardly learned, a
    /// share may be 0 everywhere.
    /// </summary>
    public static (int All, int Empty) Count(string html)
    {
        int all = 0, empty = 0;
        foreach (Match match in Data().Matches(html))
        {
            JsonNode? root;
            try { root = JsonNode.Parse(match.Groups[1].Value); }
            catch (JsonException) { continue; } // somebody else's

            Trace[] traces = [.. Below(root).OfType<JsonObject>().Where(node => node["type"] is JsonValue)
                .Select(TraceOf).OfType<Trace>()];
            bool isAnyCurved = traces.Any(trace => !trace.IsMap && trace.Distinct > 1);
            foreach (Trace trace in traces.Where(trace => !trace.IsLevel))
            {
                all++;
                if (trace.Distinct == 0
                    || (trace is { Distinct: 1, IsSingle: false } && (trace.IsMap || !isAnyCurved)))
                {
                    empty++;
                }
            }
        }

        return (all, empty);
    }

    private static Trace? TraceOf(JsonObject node)
    {
        if ((node["z"] ?? node["y"]) is not { } values) { return null; }

        string[] numbers = [.. NumbersOf(values)];
        return new Trace(
            node["z"] is not null, node["line"]?["dash"] is not null, numbers.Length == 1, numbers.Distinct().Count());
    }

    /// <summary>What is drawn in one stroke.</summary>
    /// <param name="IsMap">Whether it is a map and no curve.</param>
    /// <param name="IsLevel">
    /// Whether it is a dashed line: a level to compare with, such as a baseline, which may be the same everywhere.
    /// </param>
    /// <param name="IsSingle">Whether it has one number, as a single bar has.</param>
    /// <param name="Distinct">How many different numbers it has.</param>
    private sealed record Trace(bool IsMap, bool IsLevel, bool IsSingle, int Distinct);

    private static IEnumerable<JsonNode> Below(JsonNode? node) => node switch
    {
        JsonObject all =>
            [all, .. all.Where(item => item.Key is not ("z" or "y" or "x")).SelectMany(item => Below(item.Value))],
        JsonArray all => all.SelectMany(Below),
        _ => [],
    };

    /// <summary>
    /// The numbers as text; those that a figure packs are taken two bytes at a time, which tells them apart as well.
    /// </summary>
    private static IEnumerable<string> NumbersOf(JsonNode? values) => values switch
    {
        JsonArray all => all.SelectMany(NumbersOf),
        JsonObject packed when packed["bdata"]?.GetValue<string>() is { } text =>
            Convert.FromBase64String(text).Chunk(2).Select(Convert.ToHexString),
        JsonValue value => [value.ToJsonString()],
        _ => [],
    };

    [GeneratedRegex("<script type=\"application/json\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Data();
}
