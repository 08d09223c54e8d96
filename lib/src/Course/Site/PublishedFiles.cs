using System.ComponentModel;
using System.Diagnostics;

namespace Course;

/// <summary>
/// What the site may take along: the files that git tracks; or, where there is no git (a downloaded archive), what lies
/// in the course's own folders. Never a link, which could lead to a file from elsewhere.
/// </summary>
/// <param name="root">The repository.</param>
internal sealed class PublishedFiles(string root)
{
    private static readonly string[] s_places =
        ["notebooks", "lib", "data", "images", "README.md", "LICENSE", "global.json"], s_made = ["bin", "obj", "out"];

    private readonly Lazy<HashSet<string>> _files = new(
        () =>
            [.. (Tracked(root) ?? Known(root))
                .Where(path => new FileInfo(path) is { Exists: true, LinkTarget: null })]);
    private HashSet<string>? _folders;

    public IEnumerable<string> All() => _files.Value;

    public bool HasFile(string path) => _files.Value.Contains(path);

    public bool HasFolder(string path) => (_folders ??= [.. _files.Value.SelectMany(Above)]).Contains(path);

    /// <summary>The files directly in a folder, in order.</summary>
    public IEnumerable<string> FilesIn(string folder) =>
        _files.Value.Where(file => Path.GetDirectoryName(file) == folder).Order(StringComparer.Ordinal);

    private IEnumerable<string> Above(string file)
    {
        for (string? folder = Path.GetDirectoryName(file); folder is not null
            && folder.Length > root.Length; folder = Path.GetDirectoryName(folder))
        {
            yield return folder;
        }
    }

    private static IEnumerable<string>? Tracked(string root)
    {
        try
        {
            var info = new ProcessStartInfo(
                "git", ["ls-files", "-z"])
            {
                WorkingDirectory = root, RedirectStandardOutput = true,
                RedirectStandardError = true, StandardOutputEncoding = System.Text.Encoding.UTF8
            };
            using Process git = Process.Start(info)!;
            git.ErrorDataReceived += (_, _) => { };
            git.BeginErrorReadLine();
            string[] names = git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
            git.WaitForExit();
            // A copy that lies inside another repository is not tracked by it.
            return git.ExitCode == 0 && names.Contains("global.json")
                ? names.Select(name => Path.GetFullPath(name, root))
                : null;
        }
        catch (Win32Exception)
        {
            return null; // there is no git
        }
    }

    private static IEnumerable<string> Known(string root)
    {
        var plain =
            new EnumerationOptions
            {
                AttributesToSkip =
                FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint
            };
        IEnumerable<string> Below(string folder) => Directory.EnumerateFiles(folder, "*", plain)
            .Concat(
                Directory.EnumerateDirectories(folder, "*", plain)
                    .Where(below => !s_made.Contains(Path.GetFileName(below))).SelectMany(Below));
        return s_places.Select(place => Path.Combine(root, place))
            .SelectMany(
                path => File.Exists(path) ? [path] : new DirectoryInfo(path) is { Exists: true, LinkTarget: null }
                    ? Below(path)
                    : []);
    }
}
