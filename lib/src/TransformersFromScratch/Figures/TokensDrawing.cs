using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using static TransformersFromScratch.FigureText;

namespace TransformersFromScratch;

/// <summary>Texts cut into coloured tokens, for each stop of a control; equal tokens have the same colour.</summary>
internal sealed class TokensDrawing : Drawing
{
    private const double Font = 15, Room = 620, Pad = 6, Side = 28, Step = 34, Gap = 4, RowGap = 8, CountRoom = 40;

    /// <summary>How many characters the description of the figure for the script may have.</summary>
    private const int MostCharacters = 250_000;

    private readonly (string Name, string[] Tokens)[][] _stops;
    private readonly FigureControl? _control;
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly double _left;
    private readonly string _json;

    /// <param name="control">What the reader moves; null for one state alone.</param>
    /// <param name="stops">The rows at each stop.</param>
    /// <exception cref="ArgumentException">There is no row, or there are too many tokens for a notebook.</exception>
    public TokensDrawing(FigureControl? control, IReadOnlyList<IEnumerable<TokenRow>> stops)
    {
        _control = control;
        _stops = [.. stops.Select(Rows)];
        foreach (string token in _stops.SelectMany(rows => rows).SelectMany(row => row.Tokens))
            _places.TryAdd(token, _places.Count);
        double widest = _stops.SelectMany(rows => rows).Max(row => FigureText.Width(Elide(row.Name, 24), Font));
        _left = widest == 0 ? Pad : Pad + widest + 14;
        _json = Write();
        if (_json.Length > MostCharacters)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"The tokens of all stops take {_json.Length / 1000} kB; {MostCharacters / 1000} kB is the most. " +
                $"Give shorter texts or fewer stops."), nameof(stops));
    }

    public override double Width => _left + Room + CountRoom;

    public override double Height => Pad + _stops.Max(rows => rows.Sum(row => (Step * Lines(row.Tokens)) + RowGap));

    public override double FontSize => Font;

    public override (string Class, string Style) Box =>
        ("tfs-pieces", $"max-width:{Px(Width)}px;min-width:{Px(Math.Min(Width, 250))}px");

    public override IReadOnlyList<string> Scripts => ["controls.js", "tokens.js"];

    public override string Shown => _control is null ? ""
        : $"Shown: {_control.Name} {_control.Stops[_control.Start]}, one of {_stops.Length} stops. The control is " +
            "there where scripts run.";

    /// <summary>The rows of the start as text.</summary>
    public string Text => string.Join('\n', Start.Select(row =>
        $"{(row.Name == "" ? "" : row.Name + ": ")}{string.Join(" · ", row.Tokens)}"));

    /// <summary>How many texts there are at the start, and how many tokens they have together.</summary>
    public (int Texts, int Tokens) Size => (Start.Length, Start.Sum(row => row.Tokens.Length));

    private (string Name, string[] Tokens)[] Start => _stops[_control?.Start ?? 0];

    public override (string Body, int Block) Draw(bool small = false)
    {
        var svg = new StringBuilder();
        double y = Pad;
        foreach (var (name, tokens) in Start)
        {
            svg.Append($"<text x=\"{Px(Pad)}\" y=\"{Px(y + 19)}\">{Escape(Elide(name, 24))}</text>");
            (double end, double last) = (_left, y);
            foreach (var (token, x, line) in Places(tokens))
            {
                double top = y + (line * Step);
                string color = Palette.Lines[_places[token] % (Palette.Lines.Length - 1)];
                svg.Append($"<rect x=\"{Px(x)}\" y=\"{Px(top)}\" width=\"{Px(WidthOf(token))}\" " +
                    $"height=\"{Px(Side)}\" rx=\"5\" fill=\"{color}\" fill-opacity=\".22\" stroke=\"{color}\"/>");
                svg.Append($"<text x=\"{Px(x + (WidthOf(token) / 2))}\" y=\"{Px(top + 19)}\" " +
                    $"text-anchor=\"middle\">{Escape(Elide(token, 40))}</text>");
                (end, last) = (x + WidthOf(token) + 10, top);
            }

            svg.Append($"<text x=\"{Px(end)}\" y=\"{Px(last + 19)}\" font-size=\"12\" " +
                $"opacity=\".75\">{tokens.Length}</text>");
            y += (Step * Lines(tokens)) + RowGap;
        }

        return (svg.ToString(), 1);
    }

    public override string Json() => _json;

    private static (string Name, string[] Tokens)[] Rows(IEnumerable<TokenRow> rows)
    {
        (string, string[])[] all =
            [.. (rows ?? throw new ArgumentException("A stop has no rows: they are null.")).Select(row => (
                row.Name, row.Tokens.Select(token => token == "" ? "∅" : Visible(token).Replace(' ', '␣')).ToArray()))];
        return all.Length > 0 ? all
            : throw new ArgumentException("There is no text to show. Give at least one row at every stop.");
    }

    private static double WidthOf(string token) => FigureText.Width(Elide(token, 40), Font) + 12;

    private int Lines(string[] tokens) => Places(tokens).Select(place => place.Line + 1).DefaultIfEmpty(1).Max();

    /// <summary>Where each token stands: its left edge, and its line, counted from 0.</summary>
    private IEnumerable<(string Token, double X, int Line)> Places(string[] tokens)
    {
        double x = _left;
        int line = 0;
        foreach (string token in tokens)
        {
            if (x > _left && x + WidthOf(token) > _left + Room) { (x, line) = (_left, line + 1); }

            yield return (token, x, line);
            x += WidthOf(token) + Gap;
        }
    }

    private string Write() => new JsonObject
    {
        ["tokens"] = HeadViewDrawing.Texts([.. _places.Keys]),
        ["colors"] = HeadViewDrawing.Texts(Palette.Lines[..^1]),
        ["stops"] = new JsonArray([.. _stops.Select(rows => (JsonNode)new JsonArray([.. rows.Select(row =>
            (JsonNode)new JsonArray(
                Visible(row.Name), new JsonArray([.. row.Tokens.Select(token => (JsonNode)_places[token])])))]))]),
        ["controls"] = Stops.ControlsJson(_control is null ? [] : [_control]),
    }.ToJsonString();
}
