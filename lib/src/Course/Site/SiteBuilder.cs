using System.Net;
using Notebooks;
using Shared;

namespace Course;

/// <summary>
/// Makes the static site: a page a chapter, an index, the files that chapters link to, and nothing from elsewhere.
/// </summary>
/// <param name="repository">The course.</param>
/// <param name="notebooks">The folder of the chapters' sources, from which their links are read.</param>
internal sealed class SiteBuilder(Repository repository, string notebooks)
{
    private readonly MathRenderer _math = new(Asset("katex", "katex.min.js"));

    private readonly PageTimes _times = PageTimes.Read(Path.Combine(repository.Data, PageTimes.FileName));

    private readonly LinkedFiles _files = new(repository, notebooks);

    private bool HasAnatomy => AnatomyTraces.HasModels(repository) && AnatomyPage.Chapters.IsSubsetOf(
        _pages.Select(page => page.Chapter.Name));

    private string Readme => Path.Combine(notebooks, "README.md");

    private readonly Lock _oneAtATime = new();
    private IReadOnlyList<ChapterPage> _pages = [];
    private IReadOnlyList<Term> _terms = [];
    private Sidebar _sidebar = Sidebar.Empty;
    private string _folder = "";

    /// <summary>Writes the whole site into a new folder, then puts that in the place of the old one.</summary>
    /// <param name="chapters">Read from where they lie, executed or not.</param>
    /// <param name="folder">The site's folder.</param>
    /// <param name="complain">
    /// Told of a chapter that cannot be read or shown, whose page then says so, while all others are made. Without it
    /// that is an exception.
    /// </param>
    public void Build(IReadOnlyList<Chapter> chapters, string folder, Action<string>? complain = null)
    {
        using var place = new UnfinishedFolder(folder);
        WritePages(chapters, place.Path, complain);
        place.Complete();
        _folder = folder;
    }

    /// <summary>
    /// Puts a site in place that has its first page and no chapter's: whoever waits for one reads it when it is made,
    /// by <see cref="Refresh"/>. <see cref="End"/> comes last.
    /// </summary>
    /// <param name="chapters">Read from where they lie.</param>
    /// <param name="folder">The site's folder.</param>
    /// <param name="complain">Told of a chapter that cannot be read.</param>
    public void Begin(IReadOnlyList<Chapter> chapters, string folder, Action<string> complain)
    {
        using var place = new UnfinishedFolder(folder);
        WriteFirst(chapters, place.Path, complain);
        place.Complete();
        _folder = folder;
    }

    /// <summary>All pages are there: those of linked files can name every chapter that leads to them.</summary>
    public void End()
    {
        lock (_oneAtATime)
        {
            _files.Again();
            WriteLinkedFiles(_folder);
            WriteIndex(_folder);
        }
    }

    /// <summary>Writes, in the place of a chapter's page, why there is none.</summary>
    public void Excuse(Chapter chapter, string why)
    {
        lock (_oneAtATime)
        {
            int place = _pages.ToList().FindIndex(page => page.Chapter.Name == chapter.Name);
            WholeFile.Write(
                Path.Combine(_folder, chapter.Name + ".html"),
                place < 0 ? Excuse(chapter.Name, why, new Neighbours(("index.html", "Syllabus"), null))
                    : Excuse(_pages[place].Title, $"This page cannot be made. {why}", Around(place)));
        }
    }

    /// <summary>
    /// Makes the page of one chapter anew in the site that was built, such as after the chapter has run.
    /// </summary>
    /// <exception cref="CourseException">It cannot be shown; its page stays as it was.</exception>
    public void Refresh(Chapter chapter)
    {
        lock (_oneAtATime)
        {
            int place = _pages.ToList().FindIndex(page => page.Chapter.Name == chapter.Name);
            if (place < 0) { return; } // it could not be read when the site was made

            var page = new ChapterPage(chapter, Markdown(chapter), _times);
            WritePage(_folder, page, page.Html(Around(place), OriginOf(chapter), _sidebar));
            WriteLinkedFiles(_folder); // none, unless the chapter has been changed since
        }
    }

    private void WritePages(IReadOnlyList<Chapter> chapters, string folder, Action<string>? complain)
    {
        WriteFirst(chapters, folder, complain);
        for (int i = 0; i < _pages.Count; i++)
        {
            WritePage(folder, _pages[i], HtmlOf(_pages[i], Around(i)));
        }

        WriteLinkedFiles(folder);
        WriteIndex(folder);

        string HtmlOf(ChapterPage page, Neighbours around)
        {
            try { return page.Html(around, OriginOf(page.Chapter), _sidebar); }
            catch (CourseException problem) when (complain is not null)
            {
                complain(problem.Message);
                return Excuse(page.Title, $"This page cannot be made. {problem.Message}", around);
            }
        }
    }

    /// <summary>A chapter's page, and the chapter itself beside it, to be downloaded.</summary>
    private static void WritePage(string folder, ChapterPage page, string html)
    {
        string notebook = Path.Combine(folder, page.NotebookFile);
        Directory.CreateDirectory(Path.GetDirectoryName(notebook)!);
        File.Copy(page.Chapter.Path, notebook, overwrite: true);
        WholeFile.Write(Path.Combine(folder, page.FileName), html);
    }

    /// <summary>The site's own files, and the first page with what it links to.</summary>
    private void WriteFirst(IReadOnlyList<Chapter> chapters, string folder, Action<string>? complain)
    {
        CopyAssets(Path.Combine(folder, "assets"));
        _terms = Glossary.Read(notebooks);
        _pages = [.. chapters.Select(Open).OfType<ChapterPage>()];
        _sidebar = new Sidebar(
        [
            ("index.html", "Syllabus"), .. _pages.Select(page => page.Link),
            .. HasAnatomy ? [(AnatomyPage.FileName, AnatomyPage.Title)] : Array.Empty<(string, string)>(),
            .. _terms.Take(1).Select(_ => (NotationPage.FileName, NotationPage.Title)),
        ]);
        string landing = HasAnatomy
            ? Landing.Html(
                AnatomyTraces.Seen(AnatomyTraces.OwnFolder), _pages, ImageUrl(AttentionMoving.FileName))
            : "";
        WholeFile.Write(
            Path.Combine(folder, "index.html"),
            IndexPage.Html(_pages, Readme, Markdown(null), ThumbnailUrl, _sidebar, landing));
        if (HasAnatomy)
        {
            WholeFile.Write(Path.Combine(folder, AnatomyPage.FileName), AnatomyPage.Html(Markdown(null), _sidebar));
        }

        if (_terms.Count > 0)
        {
            WholeFile.Write(
                Path.Combine(folder, NotationPage.FileName),
                NotationPage.Html(NotationPage.NotationIn(Readme), _terms, Markdown(null), _sidebar));
        }

        WriteLinkedFiles(folder);

        ChapterPage? Open(Chapter chapter)
        {
            try { return new ChapterPage(chapter, Markdown(chapter), _times); }
            catch (NotebookFormatException problem) when (complain is not null)
            {
                complain(problem.Message);
                WholeFile.Write(
                    Path.Combine(folder, chapter.Name + ".html"),
                    Excuse(
                        chapter.Name, $"This chapter cannot be read: {problem.Problem}.",
                        new Neighbours(("index.html", "Syllabus"), null)));
                return null;
            }
        }

        string? ThumbnailUrl(Chapter chapter) => ImageUrl(chapter.Name + ".svg");

        string? ImageUrl(string name) => _files.UrlOfFile(Path.Combine(repository.Images, name), up: "");
    }

    /// <summary>
    /// Renders what stands in a chapter, or on the index; the files that a chapter links to lead back to it.
    /// </summary>
    private MarkdownRenderer Markdown(Chapter? reader) =>
        new(
            _math, url => _files.UrlOf(url, notebooks, up: "", reader?.Name),
            reader is null ? null : new TermLinks(_terms, reader.Name + ".ipynb"));

    private void WriteLinkedFiles(string folder) =>
        _files.Write(folder, _math, _pages.ToDictionary(page => page.Chapter.Name, page => page.Link), _sidebar);

    private void WriteIndex(string folder) => SearchIndex.Write(
        Path.Combine(folder, "assets"),
        [
            .. _pages.Select(page => (page.Link.Url, page.Title, SearchIndex.SectionsOf(page))),
            .. HasAnatomy ? [(AnatomyPage.FileName, AnatomyPage.Title, AnatomyPage.Sections())]
                : Array.Empty<(string, string, IReadOnlyList<Section>)>(),
            .. _terms.Take(1).Select(_ => (
                NotationPage.FileName, NotationPage.Title,
                NotationPage.Sections(NotationPage.NotationIn(Readme), _terms))),
        ]);

    private Neighbours Around(int place) => new(
        place > 0 ? _pages[place - 1].Link : ("index.html", "Syllabus"),
        place + 1 < _pages.Count ? _pages[place + 1].Link : null);

    private string OriginOf(Chapter chapter) =>
        Path.GetDirectoryName(Path.GetFullPath(chapter.Path)) == Path.GetFullPath(notebooks)
        ? "The outputs on this page are those that the chapter's file holds."
        : "The outputs on this page are those of your own run.";

    /// <summary>A page that links lead to, and that says why there is no more on it.</summary>
    private string Excuse(string title, string why, Neighbours around) => Page.Html(
        title,
        "<section " +
        $"class=\"prose\"><h1>{WebUtility.HtmlEncode(title)}</h1><p>{WebUtility.HtmlEncode(why)}</p></section>",
            [], around, _sidebar, "");

    private void CopyAssets(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(Asset(), "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith("katex.min.js", StringComparison.Ordinal)))
        {
            string target = Path.Combine(folder, Path.GetRelativePath(Asset(), file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        if (File.Exists(repository.PlotlyScript))
        {
            File.Copy(repository.PlotlyScript, Path.Combine(folder, "plotly.min.js"));
        }
    }

    private static string Asset(params string[] path) => Path.Combine([AppContext.BaseDirectory, "Assets", .. path]);
}
