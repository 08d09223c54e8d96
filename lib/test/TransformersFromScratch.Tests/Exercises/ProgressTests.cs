namespace TransformersFromScratch.Tests.Exercises;

/// <summary>
/// What is solved is written once, whole, by one at a time; and a file that cannot be written is no matter.
/// </summary>
public sealed class ProgressTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("progress-tests-").FullName;

    private string File => Path.Combine(_folder, "lib", "out", "progress.txt");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Each_is_written_once()
    {
        foreach (string id in new[] { "01.2", "01.Softmax", "01.2" }) { Progress.Record(File, id); }

        Assert.Equal("01.2\n01.Softmax\n", System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void Of_many_writers_at_once_none_is_lost()
    {
        string[] ids = [.. Enumerable.Range(10, 4).Select(i => $"{i}.1")];
        Thread[] writers = [.. ids.Select(id => new Thread(() => Progress.Record(File, id)))];
        foreach (Thread writer in writers) { writer.Start(); }

        foreach (Thread writer in writers) { writer.Join(); }

        Assert.Equal(ids, System.IO.File.ReadAllLines(File).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_cannot_be_written_is_no_matter()
    {
        Directory.CreateDirectory(File);                       // a folder stands in its place
        Progress.Record(File, "01.1");
        System.IO.File.WriteAllText(Path.Combine(_folder, "file"), "");
        Progress.Record(Path.Combine(_folder, "file", "progress.txt"), "01.1");
        Assert.Empty(Directory.GetFiles(File));
    }

    [Fact]
    public void Outside_of_the_courses_notebooks_nothing_is_written()
    {
        Assert.Contains(
            "✓", Exercise07.CheckGap((classes, gap) => classes / (Math.Exp(gap) - 1 + classes)),
            StringComparison.Ordinal);
        Assert.NotEqual("notebooks", Path.GetFileName(Environment.CurrentDirectory));
    }
}
