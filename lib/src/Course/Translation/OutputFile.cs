using System.Text;
using Shared;

namespace Course;

/// <summary>A text that is written as one goes, and becomes the file when it is complete.</summary>
internal sealed class OutputFile : IDisposable
{
    private static readonly UTF8Encoding s_plain = new(encoderShouldEmitUTF8Identifier: false);

    private readonly string _path;
    private readonly WholeFile _file;

    /// <param name="path">Where to.</param>
    /// <param name="newFolder">Whether its folder is made, if there is none.</param>
    /// <exception cref="CourseException">Nothing can be written there.</exception>
    public OutputFile(string path, bool newFolder = true) => (_path, _file) = (path, Writing.Try(() =>
    {
        if (newFolder) { Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!); }

        return WholeFile.Open(path);
    }, $"Cannot write {path}"));

    public void Write(string text) => Try(() =>
    {
        _file.Stream.Write(s_plain.GetBytes(text));
        return true;
    });

    /// <summary>All is written: it gets its name.</summary>
    public void Complete() => Try(() =>
    {
        _file.Complete();
        return true;
    });

    public void Dispose() => _file.Dispose();

    private T Try<T>(Func<T> write) => Writing.Try(write, $"Cannot write {_path}");
}
