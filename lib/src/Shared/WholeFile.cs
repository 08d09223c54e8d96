using System.Security.Cryptography;
using System.Text;

namespace Shared;

/// <summary>
/// A file that is written whole or not at all: first beside its place, then renamed into it. Whoever is interrupted
/// keeps the old file, and of two writers the later one wins. A link stays a link and a file keeps its mode and owner.
/// What is no file (/dev/null, a pipe, a terminal) is written through.
/// </summary>
/// <remarks>
/// The one way to write a file in this repository; this source is part of every project that needs it.
/// </remarks>
internal sealed class WholeFile : IDisposable
{
    private const string Ending = ".unfinished";
    private static readonly UTF8Encoding s_plain = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _path; // as it was given, for messages
    private readonly string _target; // where it leads
    private readonly string? _unfinished; // null: written through

    private WholeFile(string path, string target, string? unfinished, Stream stream) =>
        (_path, _target, _unfinished, Stream) = (path, target, unfinished, stream);

    /// <summary>What is to be in the file.</summary>
    public Stream Stream { get; }

    /// <summary>Opens a file for writing. Its folder must be there.</summary>
    /// <exception cref="IOException">It cannot be written; the message is a sentence that says why.</exception>
    public static WholeFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Guarded(path, null, () =>
        {
            if (FileKind.StandardStream(path) is { } standard) { return new WholeFile(path, path, null, standard); }

            FileKind kind = FileKind.Of(path);
            if (kind.IsFolder || Path.EndsInDirectorySeparator(path))
            {
                throw new IOException("it is a folder; name a file in it");
            }

            if (kind.IsSpecial)
            {
                return new WholeFile(
                    path, path, null, new FileStream(
                        path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0));
            }

            string target = RealPath.Of(path);
            string folder = Path.GetDirectoryName(target)!;
            if (!Directory.Exists(folder)) { throw new IOException($"there is no folder {folder}"); }

            if (kind.IsReadOnly) { throw new IOException("it may not be written to, by its mode or owner"); }

            RemoveUnfinished(target);
            string unfinished = UnfinishedNameOf(target);
            return new WholeFile(path, target, unfinished, Guarded(path, unfinished, () => Create(unfinished, kind)));
        });
    }

    /// <summary>Lets what was written take its place.</summary>
    /// <exception cref="IOException">It could not; the message is a sentence that says why, and the old file is as it
    /// was.</exception>
    public void Complete() => Guarded(() =>
    {
        if (_unfinished is null)
        {
            Stream.Flush();
            return Stream;
        }

        var file = (FileStream)Stream;
        file.Flush(flushToDisk: true);

        // Windows renames no open file; elsewhere it stays open, and so locked, until it has its name.
        if (OperatingSystem.IsWindows()) { file.Dispose(); }

        Rename(_unfinished, _target);
        return Stream;
    });

    /// <summary>Closes the file; without <see cref="Complete"/> nothing is left of it.</summary>
    public void Dispose()
    {
        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // What is still in the buffer finds no room; that has been said, or nobody wants it.
        }

        if (_unfinished is not null) { File.Delete(_unfinished); }
    }

    /// <summary>Writes a text in UTF-8, without a mark before it. The folder is made if need be.</summary>
    /// <exception cref="IOException">It cannot be written; the message is a sentence that says why.</exception>
    public static void Write(string path, string text)
    {
        byte[] bytes = s_plain.GetBytes(text);
        Write(path, stream => stream.Write(bytes));
    }

    /// <summary>Writes a text, unless the file holds it already: then it keeps its time.</summary>
    /// <returns>Whether it was written.</returns>
    /// <exception cref="IOException">It cannot be written; the message is a sentence that says why.</exception>
    public static bool WriteIfOther(string path, string text)
    {
        if (File.Exists(path) && File.ReadAllText(path) == text) { return false; }

        Write(path, text);
        return true;
    }

    /// <summary>Writes whatever the action puts into the stream. The folder is made if need be.</summary>
    /// <exception cref="IOException">It cannot be written; the message is a sentence that says why.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        Guarded(
            path, null, () => Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder
                ? Directory.CreateDirectory(folder)
                : null);
        using WholeFile file = Open(path);
        file.Guarded(() =>
        {
            write(file.Stream);
            return file;
        });
        file.Complete();
    }

    /// <summary>A name beside a path that no other writer has, and that <see cref="RemoveUnfinished"/> knows.</summary>
    public static string UnfinishedNameOf(string path) =>
        Path.Combine(
            Path.GetDirectoryName(Path.GetFullPath(path))!, $"{Stem(path)}{Guid.NewGuid().ToString("N")[..8]}{Ending}");

    /// <summary>
    /// Removes what killed writers have left beside a path. Every writer does so first; a file that is being written is
    /// locked, and stays.
    /// </summary>
    public static void RemoveUnfinished(string path)
    {
        path = Path.GetFullPath(path);
        string stem = Stem(path);
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "*" + Ending))
        {
            string name = Path.GetFileName(file);
            if (name.Length != stem.Length + 8 + Ending.Length || !name.StartsWith(stem, StringComparison.Ordinal))
            {
                continue;
            }

            try
            {
                // Between its making and its lock is a moment: whoever is younger than a second is left alone.
                if (DateTime.UtcNow - File.GetLastWriteTimeUtc(file) < TimeSpan.FromSeconds(1)) { continue; }

                using (new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None)) { }
                File.Delete(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is being written, or is not ours.
            }
        }
    }

    /// <summary>
    /// What the names of a path's unfinished files begin with. A name may have 255 bytes, and one so long leaves no
    /// room.
    /// </summary>
    private static string Stem(string path)
    {
        string name = Path.GetFileName(path);
        return s_plain.GetByteCount(name) <= 220
            ? name + "."
            : Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16] + ".";
    }

    private static FileStream Create(string unfinished, FileKind replaced)
    {
        var options =
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read };
        if (!replaced.Exists || OperatingSystem.IsWindows()) { return new FileStream(unfinished, options); }

        // No one may read meanwhile what they may not read then.
        options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(unfinished, options);
        replaced.GiveOwner(unfinished);
        File.SetUnixFileMode(file.SafeFileHandle, replaced.Mode);
        return file;
    }

    private static void Rename(string from, string to)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                File.Move(from, to, overwrite: true);
                return;
            }
            catch (Exception e)
                when (OperatingSystem.IsWindows() && tries < 20 && e is IOException or UnauthorizedAccessException)
            {
                Thread.Sleep(25); // Windows replaces no file that somebody has open: another writer, a virus scanner.
            }
        }
    }

    private T Guarded<T>(Func<T> action) => Guarded(_path, _unfinished, action);

    private static T Guarded<T>(string path, string? unfinished, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            string reason = unfinished is null
                ? e.Message
                : e.Message.Replace(unfinished, path, StringComparison.Ordinal);
            throw new IOException(
                reason.StartsWith("Cannot write ", StringComparison.Ordinal)
                    ? reason
                    : $"Cannot write {path}: {reason.TrimEnd('.')}.", e);
        }
    }
}
