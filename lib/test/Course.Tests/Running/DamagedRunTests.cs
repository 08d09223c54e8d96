using System.Text;
using Notebooks;

namespace Course.Tests;

/// <summary>
/// One run over notebooks that are damaged each in its own way, with a good one before and after; then a check, and a
/// run of what has changed.
/// </summary>
public sealed class DamagedRun : IAsyncLifetime
{
    /// <summary>
    /// Good, but in nobody's style: tabs, CRLF, escapes, a no-break space, numbers written their own way.
    /// </summary>
    private const string Good = "{\r\n\t\"nbformat\": 4, \"nbformat_minor\": 5,\r\n\t\"metadata\": {\"width\": 1.0, " +
        "\"e\": 1e5},\r\n\t\"cells\": [\r\n\t\t{\"id\": \"a\", \"cell_type\": \"markdown\", \"metadata\": {}, " +
        "\"source\": \"# 1 \\u00b7 Good\u00a0\\u00a0\u202f\U0001F600\"},\r\n\t\t"
        + "{\"id\": \"b\", \"cell_type\": \"code\", \"metadata\": {}, \"execution_count\": null, \"outputs\": [], " +
            "\"source\": \"Console.Write(\\\"\\\\rA\\\\rB\\\\n\\\\u00a0\\\");\"}\r\n\t]\r\n}\r\n\r\n";

    private readonly TempFolder _temp = new();

    public static IReadOnlyDictionary<string, string> Damages { get; } = new SortedDictionary<string, string>
    {
        ["02-surrogate"] = """{"nbformat": 4, "nbformat_minor": 5, "metadata": {"a": "\ud83d"}, "cells": []}""",
        ["03-key-twice"] = """{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "metadata": {}, "cells": []}""",
        ["04-count"] =
            """
            {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code", "id": "a",
              "metadata": {}, "execution_count": "1", "outputs": [], "source": "1"}]}
            """,
        ["05-metadata"] = """{"nbformat": 4, "nbformat_minor": 5, "metadata": null, "cells": []}""",
        ["06-latin"] = "\u00e9",
    };

    public (int ExitCode, string Said) Run { get; private set; }

    public (int ExitCode, string Said) Changed { get; private set; }

    public (int ExitCode, string Said) Check { get; private set; }

    public string Before { get; } = Good;

    public string After => Encoding.UTF8.GetString(File.ReadAllBytes(_temp.File("notebooks", "01-good.ipynb")));

    internal SiteFiles Site => new(_temp.File("out", "site"));

    public bool IsAsItWas(string name) =>
        File.ReadAllBytes(_temp.File("notebooks", name + ".ipynb")).SequenceEqual(BytesOf(name));

    public async ValueTask InitializeAsync()
    {
        _temp.Write(Good, "notebooks", "01-good.ipynb");
        foreach (string name in Damages.Keys)
        {
            File.WriteAllBytes(_temp.File("notebooks", name + ".ipynb"), BytesOf(name));
        }

        Directory.CreateDirectory(_temp.File("notebooks", "07-folder.ipynb"));
        _temp.Write(
            Sample.Json("md:# 8 · Last\n\nSee [two](02-surrogate.ipynb).", "\"the last one\""), "notebooks",
            "08-last.ipynb");
        string[] where = ["--notebooks", _temp.File("notebooks")];
        Run = await CourseProgram.RunAsync(_temp.Path, ["run", "--write", "--out", _temp.File("out"), .. where]);
        Changed = await CourseProgram.RunAsync(_temp.Path, ["run", "--changed", "--out", _temp.File("out"), .. where]);
        Check = await CourseProgram.RunAsync(_temp.Path, ["check", .. where]);
    }

    public ValueTask DisposeAsync()
    {
        _temp.Dispose();
        return ValueTask.CompletedTask;
    }

    private static byte[] BytesOf(string name) =>
        name == "06-latin" ? [0x7B, 0xE9, 0x7D] : Encoding.UTF8.GetBytes(Damages[name]);
}

public class DamagedRunTests(DamagedRun run) : IClassFixture<DamagedRun>
{
    [Theory]
    [InlineData("02-surrogate", "half a character")]
    [InlineData("03-key-twice", "the key 'metadata' stands twice")]
    [InlineData("04-count", "execution_count is \"1\", not a whole number")]
    [InlineData("05-metadata", "its metadata is null, not an object (line 1)")]
    [InlineData("06-latin", "it is not UTF-8 at line 1 (byte 1, 0xE9)")]
    [InlineData("07-folder", "it is a folder")]
    public void A_damaged_notebook_is_one_sentence_everywhere_and_the_others_go_on(string name, string expected)
    {
        foreach (var (exit, said) in new[] { run.Run, run.Changed, run.Check })
        {
            Assert.Equal(1, exit);
            string about =
                said[said.IndexOf(
                    said.Contains('✗' + " " + name) ? "✗ " + name : name + ".ipynb", StringComparison.Ordinal)..];
            Assert.Contains(expected, about.Split('\n')[1]);
            Assert.DoesNotContain("   at ", said);
            Assert.DoesNotContain("Unhandled", said);
        }

        if (name != "07-folder") { Assert.True(run.IsAsItWas(name)); }
        Assert.Contains("This chapter cannot be read", run.Site.Read(name + ".html"));
    }

    [Fact]
    public void The_good_chapters_ran_and_the_site_is_whole()
    {
        Assert.Contains("2 of 8 chapters ran to their end", run.Run.Said);
        Assert.Contains("; 2 had not changed", run.Changed.Said);
        Assert.Contains("the last one", run.Site.Read("08-last.html"));
        Assert.Contains("those of your own run", run.Site.Read("08-last.html"));
        Assert.Empty(run.Site.BrokenLinks());
    }

    [Fact]
    public void What_was_written_back_differs_in_the_cell_that_ran_alone()
    {
        int cell = run.Before.IndexOf("{\"id\": \"b\"", StringComparison.Ordinal),
            end = run.Before.IndexOf("\r\n\t]", StringComparison.Ordinal);
        Assert.StartsWith(run.Before[..cell], run.After, StringComparison.Ordinal);
        Assert.EndsWith(run.Before[end..], run.After, StringComparison.Ordinal);
        Assert.NotEqual(run.Before, run.After);
        Assert.Equal(
            "B\n\u00a0", Assert.IsType<StreamOutput>(Assert.Single(Notebook.Parse(run.After).Cells[1].Outputs)).Text);
        Assert.Contains("\u00a0", run.After[cell..]); // as it is, and not as an escape
    }
}
