namespace TransformersFromScratch;

/// <summary>
/// What the reader has solved: lib/out/progress.txt, a line for each, written when a check turns green and shown by
/// <c>course progress</c>. It stays on this machine. Where chapters are tested (<see cref="Expected.StrictVariable"/>)
/// nothing is written.
/// </summary>
internal static class Progress
{
    /// <summary>
    /// Notes that something is solved, once. A file that cannot be written is no matter for the reader.
    /// </summary>
    /// <param name="id">Such as "01.2", the second exercise of chapter 1, or "01.Softmax".</param>
    public static void Record(string id)
    {
        if (Environment.GetEnvironmentVariable(Expected.StrictVariable) == "1" || Place() is not { } path) { return; }

        Record(path, id);
    }

    internal static void Record(string path, string id)
    {
        try
        {
            string folder = Directory.CreateDirectory(Path.GetDirectoryName(path)!).FullName;
            using FileStream? turn = OneWriter(Path.Combine(folder, "progress.lock"));
            string text = File.Exists(path) ? File.ReadAllText(path) : "";
            if (turn is null || text.Split('\n').Any(line => line.Trim() == id)) { return; }

            Shared.WholeFile.Write(path, text.Length > 0 && !text.EndsWith('\n') ? $"{text}\n{id}\n" : $"{text}{id}\n");
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        { }
    }

    /// <summary>From the notebook's own folder, as data/ is found; null where that is not the course's.</summary>
    private static string? Place()
    {
        string notebooks = Environment.CurrentDirectory;
        return Path.GetDirectoryName(notebooks) is { } root && File.Exists(Path.Combine(root, "global.json"))
            && Path.GetFileName(notebooks) == "notebooks"
            ? Path.Combine(root, "lib", "out", "progress.txt") : null;
    }

    /// <summary>
    /// Two kernels may solve something at the same moment: the second waits for the first, a second at most.
    /// </summary>
    private static FileStream? OneWriter(string path)
    {
        for (int tries = 0; tries < 50; tries++)
        {
            try { return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1); }
            catch (IOException) { Thread.Sleep(20); }
        }

        return null;
    }
}
