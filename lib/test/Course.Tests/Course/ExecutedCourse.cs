namespace Course.Tests;

/// <summary>The real chapters, executed once for all tests that look at them.</summary>
public sealed class ExecutedCourse : IAsyncLifetime
{
    private readonly TempFolder _temp = new();

    public int ExitCode { get; private set; }

    public string Said { get; private set; } = "";

    public string Site => _temp.File("site");

    public string Notebooks => _temp.File("notebooks");

    public async ValueTask InitializeAsync() =>
        (ExitCode, Said) = await CourseProgram.RunAsync(Repository.Find().Root, "run", "--out", _temp.Path);

    public ValueTask DisposeAsync()
    {
        _temp.Dispose();
        return ValueTask.CompletedTask;
    }
}

[CollectionDefinition(Name)]
public sealed class ExecutedCourseCollection : ICollectionFixture<ExecutedCourse>
{
    public const string Name = "the executed course";
}
