using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Notebooks;

/// <summary>
/// Text meant for a terminal, as it stands there in the end. As in Jupyter, a carriage return writes over the line and
/// colours stay; what only a screen can do, such as moving up or clearing it, is left out.
/// </summary>
public static partial class TerminalText
{
    /// <summary>
    /// The text with carriage returns, backspaces and ESC[K applied, and every other escape but those of colour taken
    /// out: what a notebook keeps of a bar that was redrawn a hundred times is its last state.
    /// </summary>
    public static string Settle(string text)
    {
        if (!text.AsSpan().ContainsAny("\r\b\e\u009b")) { return text; }

        var settled = new StringBuilder();
        TerminalStyle written = TerminalStyle.Plain;
        foreach (TerminalLine line in Lines(text)) { written = line.WriteTo(settled, written); }

        return (written == TerminalStyle.Plain ? settled : settled.Append(TerminalStyle.Plain.ToEscape())).ToString();
    }

    /// <summary>
    /// The settled text as HTML for a &lt;pre&gt;, its colours as spans with the classes that nbconvert gives them.
    /// </summary>
    public static string ToHtml(string text)
    {
        var html = new StringBuilder();
        TerminalStyle style = TerminalStyle.Plain;
        string settled = Settle(text);
        int at = 0;
        foreach (Match escape in Colour().Matches(settled))
        {
            Add(settled[at..escape.Index]);
            style = style.After(escape.Groups["parameters"].Value);
            at = escape.Index + escape.Length;
        }

        Add(settled[at..]);
        return html.ToString();

        void Add(string part)
        {
            if (part == "") { return; }

            string shown = WebUtility.HtmlEncode(Unshown().Replace(part, ""));
            string attributes = style.ToAttributes();
            html.Append(attributes == "" ? shown : $"<span{attributes}>{shown}</span>");
        }
    }

    private static IEnumerable<TerminalLine> Lines(string text)
    {
        var line = new TerminalLine();
        TerminalStyle style = TerminalStyle.Plain;
        int at = 0;
        while (at < text.Length)
        {
            if (text[at] is '\e' or '\u009b')
            {
                Match escape = Escape().Match(text, at);
                string parameters = escape.Groups["parameters"].Value;
                switch (escape.Groups["final"].Value)
                {
                    case "m" when !parameters.AsSpan().ContainsAny("<=>?"): style = style.After(parameters); break;
                    case "K": line.Erase(parameters); break;
                    case "G": line.MoveTo(parameters); break;
                }

                at += Math.Max(1, escape.Length);
                continue;
            }

            Rune.DecodeFromUtf16(text.AsSpan(at), out Rune rune, out int length);
            at += length;
            switch (rune.Value)
            {
                case '\n':
                    line.NewLine = style;
                    yield return line;
                    line = new TerminalLine();
                    break;
                case '\r': line.Return(); break;
                case '\b': line.Back(); break;
                default: line.Write(rune, style); break;
            }
        }

        yield return line;
    }

    /// <summary>
    /// A control sequence, an operating system command (such as a title or a link), or another escape; also one that
    /// breaks off.
    /// </summary>
    [GeneratedRegex(
        """\G(?:(?:\e\[|\u009b)(?<parameters>[0-?]*)[ -/]*(?<final>[@-~])?|\e\][^\a\e]*(?:\a|\e\\)?|\e[ -/]*[0-~]?)""",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Escape();

    [GeneratedRegex("""\e\[(?<parameters>[0-9;]*)m""")]
    private static partial Regex Colour();

    /// <summary>Control characters that HTML has no place for.</summary>
    [GeneratedRegex(@"[\x00-\x08\x0b-\x1f\x7f-\x9f]")]
    private static partial Regex Unshown();
}
