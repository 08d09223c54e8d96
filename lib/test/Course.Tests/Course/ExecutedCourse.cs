namespace Course.Tests;

/// <summary>
/// The real chapters, executed once for all tests that look at them. What README's first command has executed is taken
/// over, as long as neither the chapter nor the library, the engine or the data have changed since
/// (<see cref="RunRecord"/>).
/// </summary>
public sealed class ExecutedCourse : IAsyncLifetime
{
    private readonly TempFolder _temp = new();

    public int ExitCode { get; private set; }

    public string Said { get; private set; } = "";

    public string Site => _temp.File("site");

    public string Notebooks => _temp.File("notebooks");

    public async ValueTask InitializeAsync()
    {
        Repository repository = Repository.Find();
        foreach (Chapter chapter in repository.Chapters())
        {
            Copy(repository, "notebooks", chapter.Name + ".ipynb");
            Copy(repository, RunRecord.Folder, chapter.Name + ".txt");
        }

        (ExitCode, Said) = await CourseProgram.RunAsync(
            repository.Root, TimeSpan.FromMinutes(40), "run", "--changed", "--out", _temp.Path);
    }

    public ValueTask DisposeAsync()
    {
        _temp.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Copy(Repository repository, string folder, string name)
    {
        string from = Path.Combine(repository.Out, folder, name);
        if (File.Exists(from))
        {
            Directory.CreateDirectory(_temp.File(folder));
            File.Copy(from, _temp.File(folder, name));
        }
    }
}

[CollectionDefinition(Name)]
public sealed class ExecutedCourseCollection : ICollectionFixture<ExecutedCourse>, ICollectionFixture<InstalledKernel>
{
    public const string Name = "the executed course";
}
