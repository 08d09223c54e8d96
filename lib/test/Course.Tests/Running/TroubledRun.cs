namespace Course.Tests;

/// <summary>One run over chapters each of which goes wrong in its own way, between two that are fine.</summary>
public sealed class TroubledRun : IAsyncLifetime
{
    private readonly TempFolder _temp = new();

    public int ExitCode { get; private set; }

    public string Said { get; private set; } = "";

    public IReadOnlyDictionary<string, string> Before { get; private set; } = new Dictionary<string, string>();

    public async ValueTask InitializeAsync()
    {
        string good = Sample.Json("md:# 1 · Good\n\nA promise.", "int secret = 41;", "Console.WriteLine(secret + 1);");
        Write("01-good", good);
        Write(
            "02-fails", Sample.Json(
                "int[] few = [1];", "Console.WriteLine(\"before\");\nint more = few[5];", "\"never reached\""));
        Write("03-endless", Sample.Json("while (true) { }"));
        Write("04-exits", Sample.Json("1 + 1", "Environment.Exit(3);"));
        Write("05-malformed", good[..(good.Length / 2)]);
        Write("06-leaks", Sample.Json("secret + 1"));
        Write("07-unbuilt", Sample.Json("#r \"../nowhere/TransformersFromScratch.dll\""));
        Write("08-does-not-compile", Sample.Json("int a = 1;\nint b = \"text\";"));
        Write("09-last", Sample.Json("\"the last one\""));
        Before = Files();
        // From another folder than the repository's: the program finds the course by where it lies itself.
        (ExitCode, Said) = await CourseProgram.RunAsync(
            _temp.Path, "run", "--notebooks", _temp.File("notebooks"), "--out", _temp.File("out"), "--timeout",
            "20", "--write");
    }

    public IReadOnlyDictionary<string, string> Files() =>
        Directory.EnumerateFiles(_temp.File("notebooks"))
            .ToDictionary(path => Path.GetFileName(path), File.ReadAllText);

    public string Executed(string name) => File.ReadAllText(_temp.File("out", "notebooks", name + ".ipynb"));

    public string Page(string name) => File.ReadAllText(_temp.File("out", "site", name + ".html"));

    /// <summary>What the run says about one chapter, up to the next.</summary>
    public string About(string chapter)
    {
        int start = Said.IndexOf($"✗ {chapter}", StringComparison.Ordinal);
        Assert.True(start >= 0, $"Nothing is said about {chapter}:\n{Said}");
        int end = Said.IndexOf('✗', start + 1);
        return end < 0 ? Said[start..] : Said[start..end];
    }

    public ValueTask DisposeAsync()
    {
        _temp.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Write(string name, string json) => _temp.Write(json, "notebooks", name + ".ipynb");
}
