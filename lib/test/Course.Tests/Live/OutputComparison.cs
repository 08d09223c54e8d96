using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Course.Tests;

/// <summary>
/// Whether two outputs say the same: their words exactly, their numbers to the printed digit or within a tolerance, the
/// numbers of figures also where they are packed. Chapters print no times and no names of machines, so none are left
/// out.
/// </summary>
internal static partial class OutputComparison
{
    /// <summary>
    /// How far a run on this machine may be from the committed outputs: not at all on Linux, on a processor like the
    /// one that made them. The order in which a sum is added up, and with it the last bits, depends on the registers
    /// (Rows.Sums.cs), and sines and logarithms come from the system: elsewhere a training parts from the stored one.
    /// </summary>
    public static double Here { get; } = OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture == Architecture.X64 && Vector256.IsHardwareAccelerated ? 0 : 1e-3;

    /// <summary>
    /// Where two texts differ; null if they do not. Blanks in a row count as one: columns are filled with them.
    /// </summary>
    public static string? OfWords(string stored, string shown, double tolerance)
    {
        (stored, shown) = (Blanks().Replace(stored, " "), Blanks().Replace(shown, " "));
        if (tolerance == 0 || Number().Replace(stored, "0") != Number().Replace(shown, "0"))
        {
            return TweakJudge.Difference(stored, shown);
        }

        foreach (var (one, other) in Number().Matches(stored).Zip(Number().Matches(shown)))
        {
            double unit = Math.Max(Unit(one.Value), Unit(other.Value));
            if (!IsNear(Value(one.Value), Value(other.Value), tolerance, unit))
            {
                return $"it gave {one.Value}, and now {other.Value}, in: " +
                    shown[Math.Max(0, other.Index - 80)..Math.Min(shown.Length, other.Index + 80)];
            }
        }

        return null;
    }

    /// <summary>Where the data of two figures differ; null if they do not.</summary>
    public static string? OfFigures(string stored, string shown, double tolerance)
    {
        if (stored == shown) { return null; }

        if (!IsJson(stored) || !IsJson(shown)) { return "another picture"; }

        return OfNodes(JsonNode.Parse(stored), JsonNode.Parse(shown), "", tolerance) is { } difference
            ? $"a figure differs at {difference}" : null;
    }

    private static string? OfNodes(JsonNode? stored, JsonNode? shown, string path, double tolerance, string type = "i2")
    {
        string Unlike() => $"{(path == "" ? "its root" : path)}: it gave {Short(stored)}, and now {Short(shown)}";
        switch (stored, shown)
        {
            case (null, null): return null;
            case (JsonObject one, JsonObject other):
                if (!one.Select(pair => pair.Key).Order().SequenceEqual(other.Select(pair => pair.Key).Order()))
                {
                    return Unlike();
                }

                if (tolerance > 0 && Unpacked(one) is { } numbers && Unpacked(other) is { } others)
                {
                    return numbers.Length == others.Length
                        && numbers.Zip(others).All(pair => IsNear(pair.First, pair.Second, tolerance, 0))
                        ? null : Unlike();
                }

                string packed = one["dtype"]?.GetValue<string>() ?? (one.ContainsKey("weights") ? "u2" : "i2");
                // What a figure says of itself in words follows from its numbers: which of them is the highest may turn
                // on a last bit.
                return one.Where(pair => tolerance == 0 || pair.Key != "says").Select(
                    pair => OfNodes(pair.Value, other[pair.Key], $"{path}.{pair.Key}", tolerance, packed))
                    .FirstOrDefault(difference => difference is not null);
            case (JsonArray one, JsonArray other):
                return one.Count != other.Count ? Unlike() : one
                    .Select((value, i) => OfNodes(value, other[i], $"{path}[{i}]", tolerance))
                    .FirstOrDefault(difference => difference is not null);
            case (JsonValue one, JsonValue other) when one.GetValueKind() == other.GetValueKind():
                return one.GetValueKind() switch
                {
                    JsonValueKind.Number when tolerance > 0 =>
                        IsNear(one.GetValue<double>(), other.GetValue<double>(), tolerance, 0) ? null : Unlike(),
                    JsonValueKind.String when tolerance > 0 && IsPacked(path) =>
                        IsNear(one.GetValue<string>(), other.GetValue<string>(), type, tolerance) ? null : Unlike(),
                    JsonValueKind.String when tolerance > 0 =>
                        OfWords(one.GetValue<string>(), other.GetValue<string>(), tolerance) is null ? null : Unlike(),
                    _ => one.ToJsonString() == other.ToJsonString() ? null : Unlike(),
                };
            default: return Unlike();
        }
    }

    /// <summary>
    /// The numbers of a list that a figure packs with its own zero and step (JsonDelta.cs): both depend on the least
    /// and the largest number. Null for any other object.
    /// </summary>
    private static double[]? Unpacked(JsonObject list)
    {
        if (list["$"]?.GetValue<string>() is not { } text) { return null; }

        double zero = list["z"]!.GetValue<double>(), step = list["s"]!.GetValue<double>();
        return [.. MemoryMarshal.Cast<byte, short>(Convert.FromBase64String(text)).ToArray()
            .Select(steps => zero + (steps * step))];
    }

    /// <summary>
    /// Where a figure packs its numbers as whole steps of one or two bytes (figure.js, stops.js, view.js).
    /// </summary>
    private static bool IsPacked(string path) => path == ".weights"
        || path.EndsWith(".bdata", StringComparison.Ordinal);

    /// <summary>
    /// Whether packed numbers are alike: a step apart at most, or the tolerance's share of all steps there are.
    /// </summary>
    private static bool IsNear(string stored, string shown, string type, double tolerance)
    {
        int[] Steps(string packed) => (type, Convert.FromBase64String(packed)) switch
        {
            ("i1", var bytes) => [.. bytes.Select(value => (int)(sbyte)value)],
            ("u2", var bytes) => [.. MemoryMarshal.Cast<byte, ushort>(bytes).ToArray().Select(value => (int)value)],
            (_, var bytes) => [.. MemoryMarshal.Cast<byte, short>(bytes).ToArray().Select(value => (int)value)],
        };
        int[] one = Steps(stored), other = Steps(shown);
        double most = 1 + (tolerance * (type == "i1" ? byte.MaxValue : ushort.MaxValue));
        return one.Length == other.Length && one.Zip(other).All(
            pair => Math.Abs(pair.First - pair.Second) <= most);
    }

    private static bool IsNear(double stored, double shown, double tolerance, double unit) =>
        Math.Abs(stored - shown) <= unit + (tolerance * Math.Max(1, Math.Max(Math.Abs(stored), Math.Abs(shown))));

    private static double Value(string number) => double.Parse(
        number.Replace(",", "", StringComparison.Ordinal).Replace('−', '-'), CultureInfo.InvariantCulture);

    /// <summary>One unit of a printed number's last digit: 0.01 of "0.25".</summary>
    private static double Unit(string number)
    {
        string[] parts = number.Split('e', 'E');
        int digits = parts[0].Contains('.', StringComparison.Ordinal)
            ? parts[0].Length - parts[0].IndexOf('.', StringComparison.Ordinal) - 1 : 0;
        return Math.Pow(10, (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0) - digits);
    }

    private static bool IsJson(string data) => data.StartsWith('{');

    private static string Short(JsonNode? node) =>
        node?.ToJsonString() is { } text ? text[..Math.Min(text.Length, 120)] : "null";

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    /// <summary>A number as chapters print it: 5,000, −0.25, 1.2E-007. A digit of a name (x2) is none.</summary>
    [GeneratedRegex(@"(?<![\w.])[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w])")]
    private static partial Regex Number();
}
