using Microsoft.AspNetCore.Http;
using Notebooks;
using Shared;

namespace Course;

/// <summary>
/// The pages of the server: the static site, made from the committed outputs while it is read. The index is there
/// first; a chapter that is asked for is made before those that are not.
/// </summary>
/// <param name="repository">The course.</param>
/// <param name="folder">Where the site is made.</param>
internal sealed class LiveSite(Repository repository, string folder)
{
    // What the static pages say of themselves (Page.Policy) holds too; this is for whatever else is served.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; " +
        "form-action 'none'; frame-ancestors 'none'";

    private readonly SiteBuilder _builder = new(repository, repository.Notebooks);
    private readonly Dictionary<string, Lazy<string?>> _chapters = []; // what is wrong with its page, by name
    private readonly TaskCompletionSource _begun = new(), _whole = new();
    private readonly string _folder = Path.GetFullPath(folder);

    /// <summary>Ends when every page is there, or with why none is.</summary>
    public Task Whole => _whole.Task;

    /// <summary>Makes the site; returns when it is whole.</summary>
    /// <param name="complain">Told of each page that cannot be made.</param>
    public void Make(Action<string> complain)
    {
        try
        {
            string stamp = Stamp(), stampFile = _folder + ".stamp";
            if (Directory.Exists(_folder) && File.Exists(stampFile) && File.ReadAllText(stampFile) == stamp)
            {
                _begun.TrySetResult(); // made by an earlier start, of what is there now
                _whole.TrySetResult();
                return;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(_folder)!);
            File.Delete(stampFile);
            IReadOnlyList<Chapter> chapters = repository.Chapters();
            _builder.Begin(chapters, _folder, complain);
            foreach (Chapter chapter in chapters) { _chapters[chapter.Name] = new(() => Page(chapter)); }

            _begun.TrySetResult();
            bool isGood = true;
            foreach (string problem in _chapters.Values.Select(page => page.Value).OfType<string>())
            {
                complain(problem);
                isGood = false;
            }

            _builder.End();
            if (isGood) { WholeFile.Write(stampFile, stamp); }

            _whole.TrySetResult();
        }
        catch (Exception problem)
        {
            _begun.TrySetException(problem);
            _whole.TrySetException(problem);
            _ = (_begun.Task.Exception, _whole.Task.Exception); // whoever waits is told; nobody else need be
            throw;
        }
    }

    /// <summary>Answers a request for a page or a file of one.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!.TrimStart('/');
        if (path.Length == 0 || path.EndsWith('/')) { path += "index.html"; }

        await _begun.Task.ConfigureAwait(false);
        if (_chapters.TryGetValue(Path.GetFileNameWithoutExtension(path), out Lazy<string?>? chapter)
            && path.EndsWith(".html", StringComparison.Ordinal))
        {
            _ = await Task.Run(() => chapter.Value).ConfigureAwait(false);
        }
        else if ((path.StartsWith("files/", StringComparison.Ordinal) || path == $"assets/{SearchIndex.FileName}")
            && FileOf(path) is null)
        {
            await _whole.Task.ConfigureAwait(false); // it is made last
        }

        if (FileOf(path) is not { } file)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await context.Response.WriteAsync("There is no such page. The chapters begin at /index.html.")
                .ConfigureAwait(false);
            return;
        }

        HttpResponse response = context.Response;
        response.ContentType = TypeOf(path);
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.CacheControl = "no-cache"; // the course may be rebuilt under the same address
        if (path.EndsWith(".html", StringComparison.Ordinal))
        {
            // So the scripts of the page know that there is somebody behind it.
            string html = await File.ReadAllTextAsync(file).ConfigureAwait(false);
            await response.WriteAsync(Course.Page.WithEngine(html, "server")).ConfigureAwait(false);
        }
        else { await response.SendFileAsync(file).ConfigureAwait(false); }
    }

    /// <summary>The file of a path; null for one that is not there or leads out of the site.</summary>
    private string? FileOf(string path)
    {
        if (path.Contains('\0') || path.Contains('\\') || path.Split('/').Any(part => part is "" or "." or ".."))
        {
            return null;
        }

        string file = Path.GetFullPath(Path.Combine(_folder, path));
        return file.StartsWith(_folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(file)
            ? file
            : null;
    }

    /// <summary>A script is a script only among the site's own: a file that chapters link to is a text.</summary>
    private static string TypeOf(string path) => Path.GetExtension(path) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" when path.StartsWith("assets/", StringComparison.Ordinal) => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        ".woff2" => "font/woff2",
        ".json" => "application/json",
        _ => "text/plain; charset=utf-8",
    };

    /// <summary>Names all that pages are made of: this program, and every file that they show or link to.</summary>
    private string Stamp()
    {
        IEnumerable<string> files = new PublishedFiles(repository.Root).All()
            .Concat(repository.Chapters().Select(chapter => chapter.Path)).Append(repository.PlotlyScript)
            .Concat(Directory.EnumerateFiles(
                Path.Combine(AppContext.BaseDirectory, "Assets"), "*", SearchOption.AllDirectories))
            .Distinct().Order(StringComparer.Ordinal)
            .Select(path => new FileInfo(path)).Where(file => file.Exists)
            .Select(file => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}");
        return string.Join(
            '\n',
            files.Prepend($"{typeof(LiveSite).Module.ModuleVersionId} {typeof(Notebook).Module.ModuleVersionId}"));
    }

    private string? Page(Chapter chapter)
    {
        try
        {
            _builder.Refresh(chapter);
            return null;
        }
        catch (Exception problem) when (problem is CourseException or NotebookFormatException or IOException)
        {
            _builder.Excuse(chapter, problem.Message);
            return problem.Message;
        }
    }
}
