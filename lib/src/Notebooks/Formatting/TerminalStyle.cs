using System.Globalization;

namespace Notebooks;

/// <summary>How a terminal writes: what ESC[…m has set.</summary>
/// <param name="Marks">Some of b(old), f(aint), i(talic), u(nderlined), r(everse), s(truck out), in this order.</param>
/// <param name="Ink">The parameters of the colour, such as "31", "38;5;200" or "38;2;255;0;0"; or empty.</param>
/// <param name="Paper">The same for the background, such as "41".</param>
internal readonly record struct TerminalStyle(string Marks, string Ink, string Paper)
{
    private const string Order = "bfiurs";

    private static readonly string[] s_names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

    public static TerminalStyle Plain { get; } = new("", "", "");

    /// <summary>The style after another ESC[parameters m.</summary>
    public TerminalStyle After(string parameters)
    {
        TerminalStyle style = this;
        int[] codes =
            [.. parameters.Replace(':', ';').Split(';')
                .Select(
                    word => word == "" ? 0 : int.TryParse(word, CultureInfo.InvariantCulture, out int code)
                        ? code
                        : -1)];
        for (int i = 0; i < codes.Length; i++)
        {
            switch (codes[i])
            {
                case 0: style = Plain; break;
                case 1: style = style.With("b"); break;
                case 2: style = style.With("f"); break;
                case 3: style = style.With("i"); break;
                case 4: style = style.With("u"); break;
                case 7: style = style.With("r"); break;
                case 9: style = style.With("s"); break;
                case 21 or 22: style = style.Without("bf"); break;
                case 23: style = style.Without("i"); break;
                case 24: style = style.Without("u"); break;
                case 27: style = style.Without("r"); break;
                case 29: style = style.Without("s"); break;
                case (>= 30 and <= 37) or (>= 90 and <= 97): style = style with { Ink = Text(codes[i]) }; break;
                case (>= 40 and <= 47) or (>= 100 and <= 107): style = style with { Paper = Text(codes[i]) }; break;
                case 39: style = style with { Ink = "" }; break;
                case 49: style = style with { Paper = "" }; break;
                case 38 or 48:
                    int length = i + 1 < codes.Length && codes[i + 1] == 5 ? 3 : 5;
                    if (i + length > codes.Length) { return style; }

                    string colour = string.Join(';', codes[i..(i + length)].Select(Text));
                    style = codes[i] == 38 ? style with { Ink = colour } : style with { Paper = colour };
                    i += length - 1;
                    break;
            }
        }

        return style;
    }

    /// <summary>The escape that gives this style, whatever was set before.</summary>
    public string ToEscape()
    {
        IEnumerable<string> marks = Marks.Select(
            mark => mark switch { 'b' => "1", 'f' => "2", 'i' => "3", 'u' => "4", 'r' => "7", _ => "9" });
        string[] set = [.. marks.Append(Ink).Append(Paper).Where(part => part != "")];
        return set.Length == 0 ? "\e[0m" : $"\e[0;{string.Join(';', set)}m";
    }

    /// <summary>
    /// The attributes of a span: classes with nbconvert's names, and a style for colours that have no name.
    /// </summary>
    public string ToAttributes()
    {
        (string ink, string paper) = Marks.Contains('r')
            ? (Paper == "" ? "inverse" : Paper, Ink == "" ? "inverse" : Ink)
            : (Ink, Paper);
        var classes = new List<string>();
        if (Marks.Contains('b')) { classes.Add("ansi-bold"); }
        if (Marks.Contains('f')) { classes.Add("ansi-faint"); }
        if (Marks.Contains('i')) { classes.Add("ansi-italic"); }
        if (Marks.Contains('u')) { classes.Add("ansi-underline"); }
        if (Marks.Contains('s')) { classes.Add("ansi-strike"); }

        var styles = new List<string>();
        AddColour(ink, "fg", "color");
        AddColour(paper, "bg", "background-color");
        string names = classes.Count == 0 ? "" : $" class=\"{string.Join(' ', classes)}\"";
        return styles.Count == 0 ? names : $"{names} style=\"{string.Join(';', styles)}\"";

        void AddColour(string colour, string side, string property)
        {
            if (colour == "inverse") { classes.Add($"ansi-default-inverse-{side}"); }
            else if (NameOf(colour) is { } name) { classes.Add($"ansi-{name}-{side}"); }
            else if (RgbOf(colour) is var (r, g, b))
            {
                styles.Add(string.Create(CultureInfo.InvariantCulture, $"{property}:rgb({r},{g},{b})"));
            }
        }
    }

    private TerminalStyle With(string mark) =>
        this with { Marks = string.Concat(Order.Where((Marks + mark).Contains)) };

    private TerminalStyle Without(string marks) =>
        this with { Marks = string.Concat(Marks.Where(mark => !marks.Contains(mark))) };

    private static string Text(int code) => code.ToString(CultureInfo.InvariantCulture);

    /// <summary>The name of one of the sixteen colours, or null.</summary>
    private static string? NameOf(string colour)
    {
        int[] parts = PartsOf(colour);
        int index = parts switch
        {
            [(>= 30 and <= 37) or (>= 40 and <= 47)] => parts[0] % 10,
            [(>= 90 and <= 97) or (>= 100 and <= 107)] => 8 + (parts[0] % 10),
            [_, 5, >= 0 and < 16] => parts[2],
            _ => -1,
        };
        return index < 0 ? null : s_names[index % 8] + (index >= 8 ? "-intense" : "");
    }

    /// <summary>A colour of the cube of 216, of the 24 greys, or one written out.</summary>
    private static (int R, int G, int B)? RgbOf(string colour) => PartsOf(colour) switch
    {
        [_, 5, >= 16 and < 232 and var i] => (Step((i - 16) / 36), Step((i - 16) / 6 % 6), Step((i - 16) % 6)),
        [_, 5, >= 232 and < 256 and var i] => (8 + (10 * (i - 232)), 8 + (10 * (i - 232)), 8 + (10 * (i - 232))),
        [_, 2, >= 0 and < 256 and var r, >= 0 and < 256 and var g, >= 0 and < 256 and var b] => (r, g, b),
        _ => null,
    };

    private static int Step(int level) => level == 0 ? 0 : 55 + (40 * level);

    private static int[] PartsOf(string colour) =>
        colour == "" ? [] : [.. colour.Split(';').Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
}
