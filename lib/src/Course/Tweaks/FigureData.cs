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
    /// everywhere.
    /// </summary>
    public static (int All, int Empty) Count(string html)
    {
        int all = 0, empty = 0;
        foreach (Match match in Data().Matches(html))
        {
            JsonNode? root;
            try { root = JsonNode.Parse(match.Groups[1].Value); }
            catch (JsonException) { continue; } // somebody else's

            // A dashed line is a level to compare with, such as a baseline: it may be the same everywhere.
            foreach (JsonNode values in Below(root).OfType<JsonObject>()
                .Where(node => node["type"] is JsonValue && node["line"]?["dash"] is null)
                .Select(trace => trace["z"] ?? trace["y"]).OfType<JsonNode>())
            {
                all++;
                string[] numbers = [.. NumbersOf(values)];
                if (numbers.Length != 1 && numbers.Distinct().Count() < 2) { empty++; } // a single bar has one number
            }
        }

        return (all, empty);
    }

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
