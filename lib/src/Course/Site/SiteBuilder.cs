namespace Course;

/// <summary>Makes the static site: a page a chapter, an index, the files that chapters link to, and nothing from elsewhere.</summary>
/// <param name="repository">The course.</param>
/// <param name="notebooks">The folder of the chapters' sources, from which their links are read.</param>
internal sealed class SiteBuilder(Repository repository, string notebooks)
{
    private readonly MathRenderer _math = new(Asset("katex", "katex.min.js"));

    /// <summary>Writes the whole site into a new folder, then puts that in the place of the old one.</summary>
    /// <param name="chapters">Read from where they lie, executed or not.</param>
    /// <param name="folder">The site's folder.</param>
    public void Build(IReadOnlyList<Chapter> chapters, string folder)
    {
        string unfinished = $"{folder}.{Guid.NewGuid().ToString("N")[..8]}.tmp";
        try
        {
            WritePages(chapters, unfinished);
            if (Directory.Exists(folder)) { Directory.Delete(folder, recursive: true); }

            Directory.Move(unfinished, folder);
        }
        finally
        {
            if (Directory.Exists(unfinished)) { Directory.Delete(unfinished, recursive: true); }
        }
    }

    private void WritePages(IReadOnlyList<Chapter> chapters, string folder)
    {
        CopyAssets(Path.Combine(folder, "assets"));
        var files = new LinkedFiles(repository, notebooks, folder);
        MarkdownRenderer Markdown(string? reader) => new(_math, url => files.UrlOf(url, notebooks, up: "", reader));
        ChapterPage[] pages = [.. chapters.Select(chapter => new ChapterPage(chapter, Markdown(chapter.Name)))];
        for (int i = 0; i < pages.Length; i++)
        {
            var around = new Neighbours(i > 0 ? pages[i - 1].Link : ("index.html", "Syllabus"), i + 1 < pages.Length ? pages[i + 1].Link : null);
            Files.WriteWhole(Path.Combine(folder, pages[i].FileName), pages[i].Html(around));
        }

        Files.WriteWhole(Path.Combine(folder, "index.html"), IndexPage.Html(pages, Path.Combine(notebooks, "README.md"), Markdown(null), ThumbnailUrl));
        files.Write(_math, pages.ToDictionary(page => page.Chapter.Name, page => page.Link));

        string? ThumbnailUrl(Chapter chapter) => files.UrlOfFile(Path.Combine(repository.Images, chapter.Name + ".svg"), up: "");
    }

    private void CopyAssets(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(Asset(), "*", SearchOption.AllDirectories).Where(file => !file.EndsWith("katex.min.js", StringComparison.Ordinal)))
        {
            string target = Path.Combine(folder, Path.GetRelativePath(Asset(), file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        if (File.Exists(repository.PlotlyScript)) { File.Copy(repository.PlotlyScript, Path.Combine(folder, "plotly.min.js")); }
    }

    private static string Asset(params string[] path) => Path.Combine([AppContext.BaseDirectory, "Assets", .. path]);
}
