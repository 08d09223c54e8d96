using System.Text;
using System.Text.RegularExpressions;
using Shared;
using static TransformersFromScratch.FigureText;

namespace TransformersFromScratch;

/// <summary>
/// A figure made by <see cref="Plot"/>. As a cell's last expression, or in <c>display(figure)</c>, it shows itself: a
/// picture everywhere, a live chart with values under the pointer where scripts run. It never changes.
/// </summary>
[TypeFormatterSource(typeof(FormatterSource), PreferredMimeTypes = ["text/html"])]
public sealed partial class Figure : IShown
{
    /// <summary>How many characters a figure may take before it forgoes the image for hosts that strip SVG.</summary>
    private const int Room = 60_000;

    private readonly Drawing _drawing;
    private readonly string _note, _text;
    private readonly Lazy<(string Body, int Block)> _picture;
    private readonly Lazy<string> _html;

    internal Figure(Arrangement arrangement, string title, string description, string note, string text)
        : this(new ChartDrawing(arrangement.Arrange()), title, description, note, text) => Arrangement = arrangement;

    internal Figure(Drawing drawing, string title, string description, string note, string text)
    {
        (_drawing, Title, Description, _note, _text) = (drawing, title, description, note, text);
        _picture = new Lazy<(string, int)>(() => drawing.Draw());
        _html = new Lazy<string>(Html);
    }

    /// <summary>The title shown above the figure; may be empty.</summary>
    public string Title { get; }

    /// <summary>What the figure shows, in one line, for readers who cannot see it.</summary>
    public string Description { get; }

    /// <summary>What the reader must know about the picture (blank cells, rows left out); mostly empty.</summary>
    internal string Note => _picture.Value.Block is 1 ? _note
        : ($"{_note} In the still picture a square is the mean of " +
            $"{_picture.Value.Block}×{_picture.Value.Block} cells.").TrimStart();

    /// <summary>The chart; of a figure with controls that of the start. A view of attention has none.</summary>
    internal ChartSpec Spec => ((ChartDrawing)_drawing).Spec;

    /// <summary>What is drawn, before it had places; null for a figure with controls and a view.</summary>
    internal Arrangement? Arrangement { get; }

    /// <summary>The numbers in text, when they are few.</summary>
    internal string Text => _text;

    /// <summary>
    /// The figure for a web page or a notebook: an inline SVG, then a script that replaces it by a Plotly chart where
    /// it may. The same figure gives the same characters. Nothing is fetched from the network: Plotly is the
    /// plotly.min.js that the library's build writes, and where that is not found the picture stays.
    /// </summary>
    public string ToHtml() => _html.Value;

    /// <summary>The figure as a file of its own: an SVG that is legible on a light and on a dark page.</summary>
    public string ToSvg()
    {
        const double line = 22;
        string[] title = Wrap(Title, _drawing.Width - 16, 15),
            note = Wrap($"{_drawing.Shown} {Note}", _drawing.Width - 16, 11);
        double above = title.Length == 0 ? 0 : (title.Length * line) + 6, below = note.Length * 15;
        double width = _drawing.Width, height = _drawing.Height + above + below;
        var svg = new StringBuilder(
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Px(width)} {Px(height)}\" " +
            $"width=\"{Px(width)}\" height=\"{Px(height)}\" " +
            "role=\"img\" fill=\"currentColor\" font-family=\"system-ui,-apple-system,Segoe " +
            "UI,Helvetica,Arial,sans-serif\">" +
            $"<title>{Escape(Title == "" ? Description : Title)}</title><desc>{Escape(Description)}</desc>" +
            "<style>svg{color:#1f2328}@media(prefers-color-scheme:dark){svg{color:#e6edf3}}</style>");
        for (int i = 0; i < title.Length; i++)
            svg.Append(
                $"<text x=\"8\" y=\"{Px((i + 1) * line)}\" font-size=\"15\" " +
                $"font-weight=\"600\">{Escape(title[i])}</text>");
        svg.Append(
            $"<g transform=\"translate(0 {Px(above)})\" " +
            $"font-size=\"{Px(_drawing.FontSize)}\">{_picture.Value.Body}</g>");
        for (int i = 0; i < note.Length; i++)
            svg.Append(
                $"<text x=\"8\" y=\"{Px(above + _drawing.Height + 10 + (i * 15))}\" font-size=\"11\" " +
                $"opacity=\".75\">{Escape(note[i])}</text>");
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>Writes <see cref="ToSvg"/> to a file, whole or not at all.</summary>
    /// <param name="path">The file; its folder is made if need be, and a file that is there is replaced.</param>
    public void SaveSvg(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        WholeFile.Write(path, ToSvg());
    }

    /// <summary>
    /// The figure where there is only text: its title, what it shows, and the numbers when they are few.
    /// </summary>
    public override string ToString() =>
        string.Join('\n', new[] { Title, Description, _text.TrimEnd('\n'), Note }.Where(s => s != ""));

    private string Html()
    {
        string? json = _drawing.Json();
        string width = Px(_drawing.Width);
        var html = new StringBuilder("<figure class=\"tfs-figure\" style=\"margin:1em 0;overflow-x:auto\">");
        if (Title != "")
            html.Append($"<figcaption style=\"font-weight:600;margin:0 0 .4em\">{Escape(Title)}</figcaption>");
        if (_drawing.Shown != "")
            html.Append(
                $"<div class=\"tfs-shown\" style=\"font-size:.85em;opacity:.75;margin:0 0 " +
                $".4em\">{Escape(_drawing.Shown)}</div>");
        (string box, string style) = _drawing.Box;
        html.Append($"<div class=\"{box}\" style=\"position:relative;{style}\">");
        html.Append(
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {Px(_drawing.Height)}\" " +
            $"style=\"display:block;width:100%;height:auto\" " +
            $"font-size=\"{Px(_drawing.FontSize)}\" fill=\"currentColor\" role=\"img\" " +
            $"aria-label=\"{Escape(Description)}\">");
        int inside = html.Length;
        html.Append($"{_picture.Value.Body}</svg>");
        if (json is not null)
            html.Append(
                $"<script type=\"application/json\">{json.Replace("<", "\\u003c", StringComparison.Ordinal)}</script>");
        html.Append("</div>");
        string note = string.Join(
            " ", new[] { Note, json is null ? PlotlyHost.Missing : "" }.Where(s => !string.IsNullOrEmpty(s)));
        if (note != "")
            html.Append(
                $"<div class=\"tfs-note\" style=\"font-size:.85em;opacity:.75;margin-top:.6em\">{Escape(note)}</div>");
        if (json is not null)
            html.Append($"<script>{Drawing.ScriptText(_drawing.Scripts)}</script>");
        html.Append("</figure>");
        string spare = Spare();
        return html.Length + spare.Length <= Room ? html.Insert(inside, spare).ToString() : html.ToString();
    }

    /// <summary>
    /// The picture once more, as an image, for hosts that do not trust the notebook: they strip SVG of its tags and
    /// leave its text, but let images pass. A browser that knows SVG never shows what stands in a description.
    /// </summary>
    private string Spare()
    {
        // What it cannot inherit from the page: a font, and a paper of its own on which the ink is legible on any page.
        string svg = $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {Px(_drawing.Width)} " +
            $"{Px(_drawing.Height)}' width='{Px(_drawing.Width)}' height='{Px(_drawing.Height)}' " +
            $"font-size='{Px(_drawing.FontSize)}' fill='currentColor' " +
            "font-family='system-ui,Helvetica,Arial,sans-serif'>" +
            "<style>svg{color:#1f2328;background:#fff}" +
            "@media(prefers-color-scheme:dark){svg{color:#e6edf3;background:#171a1f}}</style>" +
            $"{PointerText().Replace(_drawing.Draw(small: true).Body, "")}</svg>";
        string quoted = svg.Replace("%", "%25", StringComparison.Ordinal).Replace("#", "%23", StringComparison.Ordinal)
            .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace('"', '\'');
        return $"<desc><img alt=\"{Escape(Description)}\" src=\"data:image/svg+xml,{quoted}\"/></desc>";
    }

    /// <summary>The values that show under the pointer: an image shows none.</summary>
    [GeneratedRegex("<title>[^<]*</title>")]
    private static partial Regex PointerText();
}
