using System.Globalization;
using System.Text.Json.Nodes;

namespace TransformersFromScratch;

/// <summary>
/// What differs between two JSON documents of one kind: a value per path, such as "data.0.y". Lists of numbers are
/// packed: whole steps of 16 bits each, if that is shorter. The script stops.js (see its function open) gives the
/// numbers back.
/// </summary>
internal static class JsonDelta
{
    // Packed, a number is right to a 65,000th of the span of its list; the lowest step stands for a gap.
    private const int Most = short.MaxValue, Gap = short.MinValue;

    /// <summary>The changes that make <paramref name="to"/> of <paramref name="from"/>.</summary>
    /// <param name="from">The first document.</param>
    /// <param name="to">The other one.</param>
    /// <param name="pack">Whether numbers may be packed. On a logarithmic axis they may not: there the small ones count
    /// as much as the large ones.</param>
    public static JsonObject Of(JsonNode from, JsonNode to, bool pack)
    {
        var changes = new JsonObject();
        Compare(from, to, "", changes, pack);
        return changes;
    }

    private static void Compare(JsonNode? from, JsonNode? to, string path, JsonObject changes, bool pack)
    {
        if (JsonNode.DeepEquals(from, to))
            return;
        if (from is JsonObject one && to is JsonObject other
            && !one.Concat(other).Any(pair => pair.Key.Contains('.', StringComparison.Ordinal)))
        {
            foreach (string key in one.Select(pair => pair.Key).Union(other.Select(pair => pair.Key)))
                Compare(one[key], other[key], Join(path, key), changes, pack);
        }
        else if (from is JsonArray left && to is JsonArray right && left.Count == right.Count
            && right.All(item => item is JsonObject))
        {
            for (int i = 0; i < right.Count; i++)
                Compare(left[i], right[i], Join(path, i.ToString(CultureInfo.InvariantCulture)), changes, pack);
        }
        else
        {
            changes[path] = pack ? Packed(to) : to?.DeepClone();
        }
    }

    private static string Join(string path, string key) => path == "" ? key : $"{path}.{key}";

    private static JsonNode? Packed(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key, Packed(pair.Value)))),
        JsonArray list when Numbers(list) is { } numbers => Shorter(list, numbers, columns: 0),
        JsonArray rows when rows.Count > 0 && rows.All(row => row is JsonArray { Count: > 0 })
            && rows.Select(row => row!.AsArray().Count).Distinct().Count() == 1
            && rows.Select(row => Numbers(row!.AsArray())).ToArray() is var lists && lists.All(list => list is not null)
            => Shorter(rows, [.. lists.SelectMany(list => list!)], rows[0]!.AsArray().Count),
        JsonArray list => new JsonArray([.. list.Select(Packed)]),
        _ => node?.DeepClone(),
    };

    /// <summary>
    /// The numbers of a list, gaps as NaN; null if there is something else in it. Plotly.NET writes a gap as the text
    /// "NaN".
    /// </summary>
    private static double[]? Numbers(JsonArray list)
    {
        var numbers = new double[list.Count];
        for (int i = 0; i < list.Count; i++)
        {
            if (list[i] is JsonValue value && value.TryGetValue(out double number)) { numbers[i] = number; }
            else if (list[i] is JsonValue text && text.TryGetValue(out string? gap) && gap == "NaN")
            {
                numbers[i] = double.NaN;
            }
            else { return null; }
        }

        return numbers;
    }

    private static JsonNode Shorter(JsonArray list, double[] numbers, int columns)
    {
        double[] finite = [.. numbers.Where(double.IsFinite)];
        double low = finite.DefaultIfEmpty(0).Min(), high = finite.DefaultIfEmpty(0).Max();
        // Steps are counted from zero if that is among the numbers, so that it stays zero, and else from the middle;
        // whole numbers stay whole.
        bool whole = finite.All(number => number == Math.Round(number))
            && Math.Max(Math.Abs(low), Math.Abs(high)) <= Most;
        double zero = whole || (low <= 0 && high >= 0) ? 0 : FigureText.Round((low + high) / 2, 9);
        double step = whole ? 1 : Math.Max(Math.Abs(low - zero), Math.Abs(high - zero)) / Most;
        byte[] bytes =
            [.. numbers.SelectMany(
                number => BitConverter.GetBytes(
                    (short)(!double.IsFinite(number) ? Gap : step == 0 ? 0 : Math.Round((number - zero) / step))))];
        var packed =
            new JsonObject { ["$"] = Convert.ToBase64String(bytes), ["z"] = zero, ["s"] = step, ["n"] = columns };
        return packed.ToJsonString().Length < list.ToJsonString().Length ? packed : list.DeepClone();
    }
}
