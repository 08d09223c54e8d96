namespace Shared;

/// <summary>
/// Where a path leads when every link on it is followed, those of its folders too. The last part need not exist.
/// </summary>
internal static class RealPath
{
    private const int MostLinks = 40; // Linux's own limit

    /// <exception cref="IOException">The links lead in a circle.</exception>
    public static string Of(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return new FileInfo(path).LinkTarget is null
                ? Path.GetFullPath(path)
                : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        }

        // Part by part, because "link/.." is the folder above what the link leads to; Path.GetFullPath would just cross
        // both out.
        var rest = new Stack<string>(Parts(Path.Combine(Environment.CurrentDirectory, path)));
        string real = "/";
        int links = 0;
        while (rest.TryPop(out string? part))
        {
            string next = Path.Combine(real, part);
            if (part == "..") { real = Path.GetDirectoryName(real) ?? "/"; }
            else if (new FileInfo(next).LinkTarget is not { } link) { real = next; }
            else if (++links > MostLinks) { throw new IOException("its links lead in a circle"); }
            else
            {
                if (Path.IsPathRooted(link)) { real = "/"; }

                foreach (string step in Parts(link)) { rest.Push(step); }
            }
        }

        return real;
    }

    /// <summary>The last first.</summary>
    private static IEnumerable<string> Parts(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").Reverse();
}
