using System.Globalization;
using System.Net;
using System.Text;

namespace Course;

/// <summary>
/// A translator while it writes: each new word looks at the words that were read, and its row of the attention map
/// fills. The numbers are those of a trained model. It moves by CSS inside the SVG, so that it does wherever a picture
/// is shown; for a reader who prefers that nothing moves, and where nothing can, all of it is there at once.
/// </summary>
internal static class AttentionMoving
{
    public const string FileName = "attention-moving.svg";

    private const double Pitch = 30, Top = 92, Read = 118, Written = 330, Map = 442, Cell = 30;

    private const double Turn = 1.1, Rest = 3.5; // seconds: for a word, and for all of it at the end

    private const string Style = """
        :root{--ground:#fffefb;--frame:#e3ded2;--ink:#23272e;--quiet:#69727d;--line:#d5691f;--cell:#f3efe6}
        @media(prefers-color-scheme:dark){
        :root{--ground:#171a1f;--frame:#333a42;--ink:#e7eaee;--quiet:#9aa4b0;--line:#ee8a35;--cell:#22272d}}
        text{fill:var(--ink);font:16px system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif}
        .end{text-anchor:end}.quiet{fill:var(--quiet);font-size:13px}.column{fill:var(--quiet);font-size:14px}
        .ground{fill:var(--ground);stroke:var(--frame)}.cell{fill:var(--cell)}.on{fill:var(--line)}
        .line{fill:none;stroke:var(--line);stroke-linecap:round}
        """;

    public static string Svg(AttentionSeen seen)
    {
        int sources = seen.Source.Count, targets = seen.Target.Count;
        double width = Map + (sources * Cell) + 74, height = Top + (Math.Max(sources, targets) * Pitch) + 18;
        (double right, double bottom) = (width - 1, height - 1);
        double whole = (targets * Turn) + Rest;
        var style = new StringBuilder(Style);
        var body = new StringBuilder();
        Text(body, "quiet end", Read, Top - 16, "reads");
        Text(body, "quiet", Written, Top - 16, "writes");
        for (int s = 0; s < sources; s++)
        {
            Text(body, "end", Read, Middle(s) + 5, seen.Source[s]);
            body.Append(CultureInfo.InvariantCulture,
                $"<text class=\"column\" transform=\"translate({Map + ((s + 0.5) * Cell) + 4} {Top - 10}) " +
                $"rotate(-45)\">{WebUtility.HtmlEncode(seen.Source[s])}</text>\n");
        }

        for (int t = 0; t < targets; t++)
        {
            AddKeyframes(style, t, t * Turn / whole * 100, Turn / whole * 100);
            AddRow(body, seen, t, whole);
        }

        style.Append("\n@media(prefers-reduced-motion:reduce){g{animation:none!important}}");
        string words = $"A trained translator writes “{seen.Written}” for “{seen.Text}”. While it writes a " +
            "word, lines as strong as its attention lead to the words that were read, and a row of the attention " +
            "map fills.";
        return string.Create(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" " +
            $"height=\"{height}\" role=\"img\" aria-labelledby=\"t d\">\n") +
            $"<title id=\"t\">Attention while a sentence is translated</title>\n<desc id=\"d\">" +
            $"{WebUtility.HtmlEncode(words)}</desc>\n<style>\n{style}\n</style>\n" +
            string.Create(
                CultureInfo.InvariantCulture,
                $"<rect class=\"ground\" rx=\"14\" x=\".5\" y=\".5\" width=\"{right}\" height=\"{bottom}\"/>\n") +
            body + "</svg>\n";
    }

    /// <summary>A word that is written, its lines, and its row of the map.</summary>
    private static void AddRow(StringBuilder body, AttentionSeen seen, int t, double whole)
    {
        string timing = string.Create(CultureInfo.InvariantCulture, $"{whole:0.##}s linear infinite");
        body.Append($"<g style=\"animation:l{t} {timing}\">");
        for (int s = 0; s < seen.Source.Count; s++)
        {
            double weight = seen.Weights[t][s], half = (Written - Read) / 2;
            if (weight < 0.02) { continue; }

            body.Append(CultureInfo.InvariantCulture,
                $"<path class=\"line\" stroke-width=\"{0.8 + (6 * weight):0.##}\" " +
                $"stroke-opacity=\"{0.15 + (0.85 * weight):0.##}\" d=\"M{Written - 10} {Middle(t)}" +
                $"C{Written - half} {Middle(t)} {Read + half} {Middle(s)} {Read + 10} {Middle(s)}\"/>");
        }

        body.Append($"</g>\n<g style=\"animation:w{t} {timing}\">");
        Text(body, "", Written, Middle(t) + 5, seen.Target[t]);
        for (int s = 0; s < seen.Source.Count; s++)
        {
            string place = string.Create(CultureInfo.InvariantCulture,
                $"x=\"{Map + (s * Cell) + 1}\" y=\"{Middle(t) - (Pitch / 2) + 1}\" width=\"{Cell - 2}\" " +
                $"height=\"{Pitch - 2}\" rx=\"4\"");
            body.Append(CultureInfo.InvariantCulture,
                $"<rect class=\"cell\" {place}/><rect class=\"on\" {place} " +
                $"fill-opacity=\"{Math.Sqrt(seen.Weights[t][s]):0.##}\"/>");
        }

        body.Append("</g>\n");
    }

    /// <summary>
    /// When word t and its lines are seen: w stays to the end of the round, l becomes faint when the next word comes.
    /// </summary>
    private static void AddKeyframes(StringBuilder style, int t, double start, double turn) => style.Append(
        CultureInfo.InvariantCulture,
        $"\n@keyframes w{t}{{0%,{start:0.##}%{{opacity:0}}{start + (turn / 4):0.##}%,97%{{opacity:1}}" +
        $"100%{{opacity:0}}}}@keyframes l{t}{{0%,{start:0.##}%{{opacity:0}}{start + (turn / 3):0.##}%," +
        $"{start + turn:0.##}%{{opacity:1}}{start + (1.5 * turn):0.##}%,97%{{opacity:.3}}100%{{opacity:0}}}}");

    private static double Middle(int row) => Top + ((row + 0.5) * Pitch);

    private static void Text(StringBuilder body, string classes, double x, double y, string words) => body.Append(
        CultureInfo.InvariantCulture,
        $"<text{(classes == "" ? "" : $" class=\"{classes}\"")} x=\"{x}\" y=\"{y}\">" +
        $"{WebUtility.HtmlEncode(words)}</text>\n");
}
