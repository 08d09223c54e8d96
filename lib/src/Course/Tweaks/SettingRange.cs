using System.Globalization;
using System.Text.RegularExpressions;

namespace Course;

/// <summary>
/// The range that a setting's comment states: "8 to 256, even: the width", "0.5 to 0.99", "2 to 12 words of the
/// manual". A test holds it against what the record itself allows, so that the two cannot drift apart.
/// </summary>
/// <param name="Least">The smallest value, or the fewest words.</param>
/// <param name="Most">The largest.</param>
/// <param name="Kind">The setting's type without brackets: int, long, double, float or string.</param>
/// <param name="Text">The range as the comment has it, "8 to 256".</param>
/// <param name="Step">What divides every value: 2 for "even", else 1.</param>
/// <param name="Fill">For a sentence, the words of its default, which a sentence of another length is made of.</param>
/// <param name="MultipleOf">The setting that must divide this one; null for none.</param>
internal sealed partial record SettingRange(
    double Least, double Most, string Kind, string Text, int Step, string? MultipleOf, IReadOnlyList<string> Fill)
{
    /// <summary>The range of a setting; null where its comment states none.</summary>
    public static SettingRange? Of(Setting setting)
    {
        string kind = setting.Type.TrimEnd('[', ']', '?');
        if (kind is not ("int" or "long" or "double" or "float" or "string")
            || Pattern().Match(setting.Comment) is not { Success: true } match)
        {
            return null;
        }

        return match.Groups["words"].Success != (kind == "string") ? null : new SettingRange(
            Parse(match.Groups["least"].Value), Parse(match.Groups["most"].Value), kind,
            $"{match.Groups["least"].Value} to {match.Groups["most"].Value}",
            match.Groups["even"].Success ? 2 : 1, match.Groups["of"] is { Success: true } of ? of.Value : null,
            [.. Word().Matches(setting.Default).Select(word => word.Value.ToLowerInvariant())]);
    }

    /// <summary>Both bounds, as C# text.</summary>
    public IReadOnlyList<string> Inside => [Literal(Least), Literal(Most)];

    /// <summary>Just below the range and just above it.</summary>
    public IReadOnlyList<string> Outside => Kind switch
    {
        "int" or "long" or "string" => [.. new[] { Least - 1, Most + 1 }.Select(Literal)],
        "float" => [Literal(MathF.BitDecrement((float)Least)), Literal(MathF.BitIncrement((float)Most))],
        _ => [Literal(Math.BitDecrement(Least)), Literal(Math.BitIncrement(Most))],
    };

    /// <summary>
    /// A value from the range, small ones as likely as large ones where the range spans more than a factor of 20.
    /// </summary>
    /// <param name="random">Where it comes from.</param>
    /// <param name="sentence">Makes a sentence of so many words.</param>
    public string Draw(Random random, Func<int, string> sentence)
    {
        double value = Least > 0 && Most / Least > 20
            ? Least * Math.Pow(Most / Least, random.NextDouble())
            : Least + ((Most - Least) * random.NextDouble());
        return Kind switch
        {
            "string" => Quote(sentence((int)Math.Round(value))),
            "int" or "long" => Literal(Math.Clamp(Math.Round(value / Step) * Step, Least, Most)),
            _ =>
                Literal(double.Parse(value.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)),
        };
    }

    public static string Quote(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>A number as C# text; for a sentence, so many words.</summary>
    private string Literal(double value) => Kind switch
    {
        "string" => Quote(string.Join(' ', Enumerable.Range(0, (int)value).Select(i => Fill[i % Fill.Count]))),
        "float" => ((float)value).ToString("R", CultureInfo.InvariantCulture) + "f",
        "double" => value.ToString("R", CultureInfo.InvariantCulture),
        _ => value.ToString("F0", CultureInfo.InvariantCulture),
    };

    private static double Parse(string text) =>
        double.Parse(text.Replace(",", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"[\p{L}\p{M}\p{N}]+")]
    private static partial Regex Word();

    private const string Decimal = @"-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?(e-?\d+)?";

    [GeneratedRegex(
        $@"^(?<least>{Decimal}) to (?<most>{Decimal})(?<words> words( of the manual)?)?(?<even>, even)?" +
        @"(, a multiple of (?<of>\w+))?(?=[:;,]|$| \()")]
    private static partial Regex Pattern();
}
