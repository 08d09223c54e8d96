using System.Diagnostics;

namespace Course.Tests;

/// <summary>What a run leaves behind that did not come to its end, or whose chapters changed under it.</summary>
public class EndedRunTests
{
    [Fact]
    public async Task A_killed_run_leaves_a_whole_site_and_no_process_and_the_next_one_clears_up()
    {
        using var temp = new TempFolder();
        string started = temp.File("started");
        temp.Write(
            Sample.RunJson(
                "md:# 1 · One\n\nA promise.",
                $"System.IO.File.WriteAllText(@\"{started}\", Environment.ProcessId.ToString());\nwhile (true) {{ }}"),
                    "notebooks", "01-endless.ipynb");
        temp.Write(Sample.RunJson("md:# 2 · Two\n\nMore.", "1 + 1"), "notebooks", "02-two.ipynb");
        string[] arguments = ["run", "--notebooks", temp.File("notebooks"), "--out", temp.File("out")];
        using Process run = CourseProgram.Start(temp.Path, [.. arguments, "--write"]);
        Task<string> said = run.StandardOutput.ReadToEndAsync(), errors = run.StandardError.ReadToEndAsync();
        await CourseProgram.UntilAsync(
            () => File.Exists(started) && File.ReadAllText(started).Length > 0, "The chapter has not begun.");
        int worker = int.Parse(File.ReadAllText(started));
        run.Kill();
        await CourseProgram.UntilAsync(
            () => !CourseProgram.IsAlive(worker), "The chapter's process has outlived the run.");
        Assert.Contains("Open it in a browser: file://", await said);
        Assert.True((await errors) == "", await errors);

        var site = new SiteFiles(temp.File("out", "site"));
        Assert.Empty(site.BrokenLinks());
        Assert.Contains("<pre class=\"stdout\">ok\n</pre>", site.Read("01-endless.html"));
        Assert.Contains("02-two.html", site.Read("index.html"));

        string[] left =
            [temp.Write("half", "notebooks", "01-endless.ipynb.0123abcd.unfinished"),
                temp.Write("half", "out", "notebooks", "01-endless.ipynb.0123abcd.unfinished")];
        foreach (string file in left) { File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(-1)); }

        // A run of one chapter alone: the site shows the other's committed outputs, and is whole.
        var (exit, output) = await CourseProgram.RunAsync(temp.Path, [.. arguments, "2"]);
        Assert.True(exit == 0, output);
        Assert.Empty(Directory.EnumerateFileSystemEntries(temp.Path, "*.unfinished*", SearchOption.AllDirectories));
        Assert.Contains("those of your own run", site.Read("02-two.html"));
        Assert.Contains("those that the chapter&#39;s file holds", site.Read("01-endless.html"));
        Assert.Empty(site.BrokenLinks());
    }

    [Fact]
    public async Task A_chapter_that_changes_while_it_runs_is_not_written_over()
    {
        using var temp = new TempFolder();
        string edited = temp.File("notebooks", "01-edited.ipynb"), deleted = temp.File("notebooks", "02-deleted.ipynb");
        temp.Write(Sample.Json($"System.IO.File.AppendAllText(@\"{edited}\", \" \");"), "notebooks", "01-edited.ipynb");
        temp.Write(Sample.Json($"System.IO.File.Delete(@\"{deleted}\");"), "notebooks", "02-deleted.ipynb");
        string before = File.ReadAllText(edited);
        var (exit, said) = await CourseProgram.RunAsync(
            temp.Path, "run", "--notebooks", temp.File("notebooks"), "--out", temp.File("out"), "--write",
            "--jobs", "2");
        Assert.Equal(1, exit);
        Assert.Equal(3, said.Split("was changed while it ran, so its outputs were not written into it").Length);
        Assert.Equal(before + " ", File.ReadAllText(edited));
        Assert.False(File.Exists(deleted));
        Assert.True(File.Exists(temp.File("out", "notebooks", "02-deleted.ipynb")));
    }

    [Fact]
    public async Task An_out_folder_that_is_a_file_is_one_sentence()
    {
        using var temp = new TempFolder();
        temp.Write(Sample.Json("1"), "01-one.ipynb");
        var (exit, said) = await CourseProgram.RunAsync(
            temp.Path, "run", "--notebooks", temp.Path, "--out", temp.Write("", "file"));
        Assert.Equal(1, exit);
        Assert.StartsWith("Nothing can be written to", said);
        Assert.Single(said.Trim().Split('\n'));
    }
}
