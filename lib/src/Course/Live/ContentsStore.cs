using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Notebooks;
using Notebooks.Jupyter;
using Shared;

namespace Course;

/// <summary>
/// The notebooks that a front end may open: the chapters, which are only read, and copies in a folder of the reader's
/// own, lib/out/mine, which is all that can be written.
/// </summary>
/// <param name="repository">The course.</param>
/// <param name="mine">The reader's folder.</param>
internal sealed partial class ContentsStore(Repository repository, string mine)
{
    /// <summary>What the reader's folder is called in paths.</summary>
    public const string Mine = "mine";

    /// <summary>A folder or a notebook as Jupyter Server describes it; null where there is none.</summary>
    /// <param name="path">"", "mine", "01-attention.ipynb" or "mine/my.ipynb".</param>
    /// <param name="content">Whether with what is in it.</param>
    /// <exception cref="InvalidDataException">The file is no JSON.</exception>
    public JsonObject? Get(IReadOnlyList<string> path, bool content) => path switch
    {
        [] => Folder("", content, [.. repository.Chapters().Select(chapter => File(chapter.Path, "", false)!),
            Folder(Mine, false, [])]),
        [Mine] => Folder(Mine, content, [.. Copies().Select(file => File(file, Mine + "/", false)!)]),
        [Mine, var name] when IsName(name) => File(Path.Combine(mine, name), Mine + "/", content),
        [var name] when repository.Chapters().FirstOrDefault(
            chapter => Path.GetFileName(chapter.Path) == name) is { } chapter => File(chapter.Path, "", content),
        _ => null,
    };

    /// <summary>Whether a path is one that may be written: a notebook of the reader's own.</summary>
    public static bool IsWritable(IReadOnlyList<string> path) => path is [Mine, var name] && IsName(name);

    /// <summary>Writes a notebook of the reader's own.</summary>
    /// <exception cref="NotebookFormatException">It is no notebook.</exception>
    public JsonObject Put(IReadOnlyList<string> path, JsonObject notebook)
    {
        string file = Path.Combine(Directory.CreateDirectory(mine).FullName, path[1]);
        string text = notebook.ToJsonString();
        _ = Notebook.Parse(text, path[1]);
        WholeFile.Write(file, text);
        return File(file, Mine + "/", content: false)!;
    }

    /// <summary>Removes a notebook of the reader's own. Returns whether there was one.</summary>
    public bool Delete(IReadOnlyList<string> path)
    {
        string file = Path.Combine(mine, path[1]);
        if (!System.IO.File.Exists(file)) { return false; }

        System.IO.File.Delete(file);
        return true;
    }

    private IEnumerable<string> Copies() => !Directory.Exists(mine) ? []
        : Directory.EnumerateFiles(mine, "*.ipynb").Where(file => IsName(Path.GetFileName(file)))
            .Order(StringComparer.Ordinal);

    private static JsonObject Folder(string name, bool content, JsonNode[] inside) => new()
    {
        ["name"] = name,
        ["path"] = name,
        ["type"] = "directory",
        ["format"] = content ? "json" : null,
        ["mimetype"] = null,
        ["writable"] = name == Mine,
        ["created"] = Time(DateTime.UnixEpoch),
        ["last_modified"] = Time(DateTime.UnixEpoch),
        ["content"] = content ? new JsonArray(inside) : null,
    };

    private static JsonObject? File(string file, string folder, bool content)
    {
        var info = new FileInfo(file);
        // A link could lead anywhere.
        return info is not { Exists: true, LinkTarget: null } ? null : new JsonObject
        {
            ["name"] = info.Name,
            ["path"] = folder + info.Name,
            ["type"] = "notebook",
            ["format"] = content ? "json" : null,
            ["mimetype"] = null,
            ["writable"] = folder.Length > 0,
            ["created"] = Time(info.CreationTimeUtc),
            ["last_modified"] = Time(info.LastWriteTimeUtc),
            ["size"] = info.Length,
            ["content"] = content ? ForeignJson.Read(System.IO.File.ReadAllBytes(file)) : null,
        };
    }

    private static string Time(DateTime utc) => utc.ToString("o", CultureInfo.InvariantCulture);

    private static bool IsName(string name) => Name().IsMatch(name);

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,100}\.ipynb\z")]
    private static partial Regex Name();
}
