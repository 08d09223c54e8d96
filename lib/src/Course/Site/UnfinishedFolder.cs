namespace Course;

/// <summary>
/// A folder that is made beside its place and then put there whole. What a killed maker has left goes with the next
/// one.
/// </summary>
internal sealed class UnfinishedFolder : IDisposable
{
    private const string Ending = ".unfinished";

    private readonly string _place;
    // Held while the folder is being made, and let go by the system when its maker is killed.
    private readonly FileStream _lock;

    public UnfinishedFolder(string place)
    {
        _place = System.IO.Path.GetFullPath(place);
        RemoveLeft();
        Path = NewName();
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        _lock = new FileStream(
            Path + ".lock", FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1,
            FileOptions.DeleteOnClose);
        Directory.CreateDirectory(Path);
    }

    /// <summary>Where to write.</summary>
    public string Path { get; }

    /// <summary>Puts the folder in its place. If that fails, what was there before is there again.</summary>
    public void Complete()
    {
        if (!Directory.Exists(_place))
        {
            Directory.Move(Path, _place);
            return;
        }

        string old = NewName();
        Directory.Move(_place, old);
        try { Directory.Move(Path, _place); }
        catch
        {
            Directory.Move(old, _place);
            throw;
        }

        Directory.Delete(old, recursive: true);
    }

    public void Dispose()
    {
        if (Directory.Exists(Path)) { Directory.Delete(Path, recursive: true); }

        _lock.Dispose();
    }

    private string NewName() => $"{_place}.{Guid.NewGuid().ToString("N")[..8]}{Ending}";

    private void RemoveLeft()
    {
        string parent = System.IO.Path.GetDirectoryName(_place)!;
        if (!Directory.Exists(parent)) { return; }

        foreach (string left in Directory.EnumerateDirectories(
            parent, System.IO.Path.GetFileName(_place) + ".????????" + Ending))
        {
            try
            {
                using (new FileStream(
                    left + ".lock", FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 1,
                    FileOptions.DeleteOnClose))
                {
                    Directory.Delete(left, recursive: true);
                }
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // Somebody is making it just now, or it is not ours.
            }
        }
    }
}
