using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Notebooks;

namespace Course;

/// <summary>
/// How a written notebook keeps a figure: as two outputs. The first is a PNG, which is all that remains where a viewer
/// strips scripts and SVG (GitHub, an untrusted notebook, nbconvert --sanitize_html). The second is an empty element
/// that has the live figure in an attribute, so that no sanitiser leaves a word of it, and a script that puts it in the
/// picture's place.
/// </summary>
internal static partial class StoredFigures
{
    private static readonly Lazy<string> s_script = new(() =>
    {
        using var reader = new StreamReader(
            typeof(StoredFigures).Assembly.GetManifestResourceStream("stored-figure.js")!);
        return string.Join('\n', reader.ReadToEnd().Split('\n').Select(line => line.Trim())
            .Where(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal)));
    });

    /// <summary>Splits the figures of every cell; what is split already stays as it is.</summary>
    public static void Split(Notebook notebook)
    {
        foreach (Cell cell in notebook.Cells.Where(cell => cell.Outputs.Any(IsWhole)))
        {
            cell.SetOutputs([.. Split(cell.Outputs)]);
        }
    }

    /// <summary>Outputs with each figure in two.</summary>
    public static IEnumerable<Output> Split(IEnumerable<Output> outputs) =>
        outputs.SelectMany(output => IsWhole(output) ? Parts(output) : [output]);

    /// <summary>Outputs as the cell showed them: of each split figure the two are one again.</summary>
    public static IReadOnlyList<Output> Join(IReadOnlyList<Output> outputs)
    {
        var joined = new List<Output>();
        foreach (Output output in outputs)
        {
            if (joined is [.., var picture] && DataOf(picture) is { } seen && seen["image/png"] is not null
                && Kept(output) is { } html)
            {
                (string, string)[] text = seen["text/plain"] is { } words ? [("text/plain", words)] : [];
                joined[^1] = With(picture, new MimeBundle([("text/html", html), .. text]));
            }
            else
            {
                joined.Add(output);
            }
        }

        return joined;
    }

    /// <summary>Whether an output is a figure that is not split yet.</summary>
    public static bool IsWhole(Output output) =>
        DataOf(output)?["text/html"] is { } html && FigurePicture.IsFigure(html);

    /// <summary>
    /// A whole figure as <see cref="Join"/> gives it back: without the image for hosts that strip SVG. Other outputs as
    /// they are.
    /// </summary>
    public static Output WithoutSpare(Output output) => !IsWhole(output) ? output
        : With(
            output,
            new MimeBundle(
                [.. DataOf(output)!.MimeTypes.Select(mime => (mime, Spare().Replace(DataOf(output)![mime]!, "")))]));

    private static Output[] Parts(Output output)
    {
        string html = Spare().Replace(DataOf(output)!["text/html"]!, "");
        FigurePicture? picture;
        try { picture = FigurePicture.Of(html); }
        catch (NotSupportedException) { picture = null; } // it stays whole, and the check says so

        if (picture is null) { return [output]; }

        (string, string)[] text = DataOf(output)!["text/plain"] is { } words ? [("text/plain", words)] : [];
        var image = new MimeBundle([("image/png", Convert.ToBase64String(picture.Bytes)), .. text]);
        image.Metadata["image/png"] = new JsonObject { ["width"] = picture.Width, ["height"] = picture.Height };
        string kept = html.Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("'", "&#39;", StringComparison.Ordinal);
        return [With(output, image),
            new DisplayOutput(
                new MimeBundle(
                    ("text/html", "<div class=\"tfs-stored\" " +
                        $"data-figure='{kept}'></div><script>{s_script.Value}</script>")))];
    }

    private static string? Kept(Output output) =>
        DataOf(output)?["text/html"] is { } html && KeptPattern().Match(html) is { Success: true } match
            ? match.Groups[1].Value.Replace("&#39;", "'", StringComparison.Ordinal)
                .Replace("&amp;", "&", StringComparison.Ordinal) : null;

    private static MimeBundle? DataOf(Output output) => output switch
    {
        DisplayOutput display => display.Data,
        ResultOutput result => result.Data,
        _ => null,
    };

    private static Output With(Output output, MimeBundle data) =>
        output is ResultOutput result ? result with { Data = data } : ((DisplayOutput)output) with { Data = data };

    [GeneratedRegex("^<div class=\"tfs-stored\" data-figure='([^']*)'></div><script>")]
    private static partial Regex KeptPattern();

    /// <summary>The image for hosts that strip SVG; the picture takes its place.</summary>
    [GeneratedRegex("<desc><img .*?</desc>", RegexOptions.Singleline)]
    private static partial Regex Spare();
}
