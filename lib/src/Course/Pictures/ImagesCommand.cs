using System.CommandLine;
using System.Text;
using System.Text.RegularExpressions;
using Notebooks;
using Spectre.Console;

namespace Course;

/// <summary>images: writes every file of images/, the diagrams and one thumbnail a chapter, so that none is drawn by hand.</summary>
internal static partial class ImagesCommand
{
    public static Command Create()
    {
        var command = new Command("images", "Writes the figures in images/ anew.");
        command.SetAction(_ =>
        {
            Repository repository = Repository.Find();
            Directory.CreateDirectory(repository.Images);
            foreach (var (name, svg) in Files(repository))
            {
                string path = Path.Combine(repository.Images, name);
                File.WriteAllText(path + ".tmp", svg, new UTF8Encoding(false));
                File.Move(path + ".tmp", path, overwrite: true);
                AnsiConsole.WriteLine(path);
            }

            return 0;
        });
        return command;
    }

    /// <summary>Which files of images/ are not what the command would write.</summary>
    public static IEnumerable<Problem> Problems(Repository repository)
    {
        var files = Files(repository).ToDictionary(file => file.Name, file => file.Svg);
        foreach (var (name, svg) in files)
        {
            string path = Path.Combine(repository.Images, name);
            if (!File.Exists(path) || File.ReadAllText(path) != svg)
            {
                yield return new Problem("images/" + name, null, "is not what the command writes; run: dotnet run --project lib/src/Course -- images");
            }
        }

        foreach (string path in Directory.EnumerateFiles(repository.Images).Where(path => !files.ContainsKey(Path.GetFileName(path))))
        {
            yield return new Problem("images/" + Path.GetFileName(path), null, "is not made by the images command; let it be made there, or remove it.");
        }
    }

    private static IEnumerable<(string Name, string Svg)> Files(Repository repository) =>
    [
        ("transformer.svg", Diagrams.Transformer()),
        ("attention.svg", Diagrams.Attention()),
        ("multi-head-attention.svg", Diagrams.MultiHeadAttention()),
        .. repository.Chapters().Select(chapter => (Name: chapter.Name + ".svg", Svg: ThumbnailOf(chapter))).Where(file => file.Svg is not null).Select(file => (file.Name, file.Svg!)),
    ];

    /// <summary>The most telling figure of a chapter as committed: the first drawn under a heading that says Figure, else the first.</summary>
    private static string? ThumbnailOf(Chapter chapter)
    {
        string? svg = Notebook.Load(chapter.Path).Cells
            .SelectMany(cell => cell.Outputs)
            .Select(output => output switch { DisplayOutput display => display.Data, ResultOutput result => result.Data, _ => null })
            .Select(data => Svg().Match(data?["text/html"] ?? ""))
            .Where(match => match.Success)
            .Select(match => match.Value)
            .OrderByDescending(picture => picture.Contains("data-kind=\"heatmap\"", StringComparison.Ordinal))
            .FirstOrDefault();
        return svg is null ? null : Standalone(svg);
    }

    /// <summary>Inside a page an SVG takes the page's colours; a file of its own has to bring some.</summary>
    private static string Standalone(string svg)
    {
        const string style = "<style>svg{color:#1d2126;font-family:system-ui,-apple-system,\"Segoe UI\",Roboto,\"DejaVu Sans\",sans-serif}@media(prefers-color-scheme:dark){svg{color:#e8eaed}}</style>";
        int inside = svg.IndexOf('>', StringComparison.Ordinal) + 1;
        string head = svg[..inside];
        if (!head.Contains("xmlns=", StringComparison.Ordinal)) { head = head.Replace("<svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"", StringComparison.Ordinal); }

        return head + style + svg[inside..] + "\n";
    }

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Svg();
}
