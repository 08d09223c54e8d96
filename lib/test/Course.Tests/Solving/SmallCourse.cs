using Notebooks;

namespace Course.Tests;

/// <summary>
/// A course of a single notebook in a folder of its own, with the library and the data of this one: what is solved
/// there is recorded there.
/// </summary>
internal sealed class SmallCourse : IDisposable
{
    private readonly TempFolder _temp = new();

    public SmallCourse(Repository repository)
    {
        _temp.Write("{}", "global.json");
        Directory.CreateDirectory(_temp.File("notebooks"));
        Directory.CreateDirectory(_temp.File("lib"));
        Directory.CreateSymbolicLink(_temp.File("lib", "bin"), repository.LibraryFolder);
        Directory.CreateSymbolicLink(_temp.File("data"), repository.Data);
    }

    public string Root => _temp.Path;

    public string ProgressFile => _temp.File("lib", "out", "progress.txt");

    /// <summary>What has been recorded.</summary>
    public string[] Solved => File.Exists(ProgressFile) ? File.ReadAllLines(ProgressFile) : [];

    /// <summary>What a cell printed, showed and gave, or the error it ended in.</summary>
    public static string Said(Cell cell) =>
        string.Join(
            '\n', cell.Outputs.SelectMany(ChapterFile.TextsOf).Where(text => text.Mime != "text/html")
                .Select(text => text.Text));

    /// <summary>Runs a notebook of these cells as a kernel does, in a process of its own.</summary>
    public async Task<Notebook> RunAsync(string name, string[] cells, double timeout = 120)
    {
        string file = _temp.Write(Sample.Json(cells), "notebooks", name + ".ipynb"), output = _temp.File("ran.ipynb");
        var (exit, said) = await CourseProgram.RunAsync(
            Root, WorkerCommand.Name, file, output,
            timeout.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(exit == 0, said);
        return Notebook.Load(output);
    }

    public void Dispose() => _temp.Dispose();
}
