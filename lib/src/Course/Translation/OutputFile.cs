using System.Text;

namespace Course;

/// <summary>A text file that is written as one goes, under another name until it is complete.</summary>
internal sealed class OutputFile : IDisposable
{
    private readonly string _path, _temporary;
    private readonly StreamWriter _writer;

    /// <exception cref="CourseException">Nothing can be written there.</exception>
    public OutputFile(string path)
    {
        _path = Path.GetFullPath(path);
        _temporary = $"{_path}.{Guid.NewGuid().ToString("N")[..8]}.tmp";
        if (Directory.Exists(_path)) { throw new CourseException($"Cannot write {path}: it is a folder. Give the name of a file."); }

        _writer = Try(() =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            return new StreamWriter(_temporary, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        });
    }

    public void Write(string text) => Try(() => { _writer.Write(text); return true; });

    /// <summary>All is written: it gets its name.</summary>
    public void Complete() => Try(() =>
    {
        _writer.Dispose();
        File.Move(_temporary, _path, overwrite: true);
        return true;
    });

    public void Dispose()
    {
        try { _writer.Dispose(); }
        catch (IOException) { /* a full disk, which Write has reported; what matters is that the rest goes */ }

        File.Delete(_temporary);
    }

    private T Try<T>(Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CourseException($"Cannot write {_path}: {e.Message}");
        }
    }
}
