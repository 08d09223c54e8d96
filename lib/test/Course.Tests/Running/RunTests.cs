using System.Diagnostics;

namespace Course.Tests;

public class RunTests
{
    [Fact]
    public async Task A_second_write_changes_nothing()
    {
        using var temp = new TempFolder();
        string[] chapter =
            ["md:# 1 · One", "using System.IO;\nConsole.WriteLine(\"out\");\nConsole.Error.WriteLine(\"err\");",
                "display(HTML(\"<b>shown</b>\"))", "new[] { 1, 2 }"];
        string file = temp.Write(Sample.Json(chapter), "01-one.ipynb");
        await RunAsync(temp, "--write");
        byte[] first = File.ReadAllBytes(file);
        Assert.Contains("<b>shown</b>", File.ReadAllText(file));
        await RunAsync(temp, "--write");
        Assert.Equal(first, File.ReadAllBytes(file));
    }

    [Fact]
    public async Task A_written_figure_is_a_picture_and_a_live_part_and_the_site_shows_one()
    {
        using var temp = new TempFolder();
        const string figure = "<figure class=\\\"tfs-figure\\\"><figcaption>It's</figcaption><svg viewBox=\\\"0 0 90 " +
            "90\\\"><path d=\\\"M0 0L9 9\\\" stroke=\\\"currentColor\\\"/></svg><script>1 &amp;&amp; " +
            "2</script></figure>";
        string file = temp.Write(Sample.Json($"display(HTML(\"{figure}\"))", "1 + 1"), "01-one.ipynb");
        await RunAsync(temp, "--write");
        var notebook = Notebooks.Notebook.Load(file);
        Assert.Equal(2, notebook.Cells[0].Outputs.Count);
        Assert.StartsWith("iVBORw0KGgo", ((Notebooks.DisplayOutput)notebook.Cells[0].Outputs[0]).Data["image/png"]);
        Assert.Contains("\"image/png\": \"iVBOR", File.ReadAllText(file)); // one string: VS Code shows no list
        string html =
            ((Notebooks.DisplayOutput)Assert.Single(StoredFigures.Join(notebook.Cells[0].Outputs))).Data["text/html"]!;
        Assert.Equal(figure.Replace("\\", "", StringComparison.Ordinal), html);
        string page = File.ReadAllText(temp.File("out", "site", "01-one.html"));
        Assert.Contains("<svg viewBox", page);
        Assert.DoesNotContain("iVBOR", page);
    }

    [Fact]
    public async Task Without_write_the_chapter_stays_and_words_choose_what_runs()
    {
        using var temp = new TempFolder();
        temp.Write(Sample.Json("1"), "01-one.ipynb");
        string second = temp.Write(Sample.Json("2 + 2"), "02-second-one.ipynb");
        string before = File.ReadAllText(second);
        await RunAsync(temp, "2", "--no-site");
        Assert.Equal(before, File.ReadAllText(second));
        Assert.Equal(
            ["02-second-one.ipynb"],
            Directory.EnumerateFiles(temp.File("out", "notebooks")).Select(path => Path.GetFileName(path)));
        Assert.False(Directory.Exists(temp.File("out", "site")));
    }

    [Fact]
    public async Task Changed_runs_only_what_has_changed()
    {
        using var temp = new TempFolder();
        string runs = temp.File("runs.txt"), cell = $"System.IO.File.AppendAllText({Literal(runs)}, \"x\");",
            executed = temp.File("out", "notebooks", "02-two.ipynb");
        temp.Write(Sample.Json("1 + 1"), "01-one.ipynb");
        string file = temp.Write(Sample.Json(cell), "02-two.ipynb");
        string failing = temp.Write(Sample.Json("throw new Exception();"), "03-three.ipynb");
        Assert.NotEqual(
            0,
            (await CourseProgram.RunAsync(
                temp.Path,
                ["run", "--notebooks", temp.Path, "--out", temp.File("out"), "--changed", "--no-site"])).ExitCode);
        Assert.Equal("x", File.ReadAllText(runs));

        // What has failed runs again, what has succeeded does not.
        File.WriteAllText(failing, Sample.Json("\"mended\""));
        Assert.Contains("1 of 1 chapters ran to their end", await RunAsync(temp, "--changed", "--no-site"));
        Assert.Contains("; 3 had not changed.", await RunAsync(temp, "--changed", "--no-site"));
        Assert.Equal("x", File.ReadAllText(runs));

        File.WriteAllText(file, Sample.Json(cell, "\"more\""));
        await RunAsync(temp, "--changed", "--no-site");
        Assert.Equal("xx", File.ReadAllText(runs));
        Assert.Contains("more", File.ReadAllText(executed));

        File.AppendAllText(executed, " "); // somebody has touched the result
        await RunAsync(temp, "--changed", "--no-site");
        await RunAsync(temp, "02", "--no-site"); // and without the option everything runs
        Assert.Equal("xxxx", File.ReadAllText(runs));
    }

    [Fact]
    public async Task Chapters_that_run_at_the_same_time_do_not_meet()
    {
        using var temp = new TempFolder();
        for (int i = 1; i <= 3; i++)
        {
            temp.Write(Sample.Json($"int number = {i};", "number * 111"), $"0{i}-chapter.ipynb");
        }

        await RunAsync(temp, "--jobs", "3", "--no-site");
        for (int i = 1; i <= 3; i++)
        {
            Assert.Contains($"{i * 111}", File.ReadAllText(temp.File("out", "notebooks", $"0{i}-chapter.ipynb")));
        }
    }

    [Fact]
    public async Task An_unknown_chapter_is_an_error_that_lists_the_known()
    {
        using var temp = new TempFolder();
        temp.Write(Sample.Json("1"), "01-one.ipynb");
        var (exit, said) = await CourseProgram.RunAsync(
            temp.Path, "run", "nine", "--notebooks", temp.Path, "--out", temp.File("out"));
        Assert.Equal(1, exit);
        Assert.Contains("There is no chapter 'nine'. There are: 01-one.", said);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_an_error_of_one_line()
    {
        using var temp = new TempFolder();
        var (exit, said) = await CourseProgram.RunAsync(temp.Path, "run", "--notebooks", temp.File("nowhere"));
        Assert.Equal(1, exit);
        Assert.Equal($"There is no folder {temp.File("nowhere")}.", said.Trim());
    }

    [Fact]
    public async Task Ctrl_C_ends_the_run_and_its_children_and_harms_no_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGINT to send to another process on Windows.");
        Assert.SkipWhen(
            CourseProgram.IgnoresInterrupts(),
            "SIGINT is ignored here, as in every background job of a shell, and .NET leaves it so. Run the tests in " +
            "the foreground.");
        using var temp = new TempFolder();
        string started = temp.File("started");
        string file = temp.Write(
            Sample.Json(
                $"System.IO.File.WriteAllText({Literal(started)}, Environment.ProcessId.ToString());\nwhile " +
                $"(true) {{ }}"), "01-endless.ipynb");
        string before = File.ReadAllText(file);
        using Process run = CourseProgram.Start(
            temp.Path, "run", "--notebooks", temp.Path, "--out", temp.File("out"), "--write");
        Task<string> said = run.StandardOutput.ReadToEndAsync(), errors = run.StandardError.ReadToEndAsync();
        await CourseProgram.UntilAsync(
            () => File.Exists(started) && File.ReadAllText(started).Length > 0, "The chapter has not begun.");
        int child = int.Parse(File.ReadAllText(started));
        using (Process.Start("kill", ["-INT", run.Id.ToString()])) { }

        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await run.WaitForExitAsync(limit.Token);
        Assert.Equal(130, run.ExitCode);
        Assert.Contains("Cancelled", await said + await errors);
        Assert.Equal(before, File.ReadAllText(file));
        await CourseProgram.UntilAsync(
            () => !CourseProgram.IsAlive(child), "The chapter's process has outlived the run.");
        Assert.Empty(Directory.EnumerateFileSystemEntries(temp.Path, "*.unfinished*", SearchOption.AllDirectories));
        Assert.Empty(new SiteFiles(temp.File("out", "site")).BrokenLinks()); // the site is whole
    }

    private static async Task<string> RunAsync(TempFolder temp, params string[] options)
    {
        var (exit, said) = await CourseProgram.RunAsync(
            temp.Path, ["run", "--notebooks", temp.Path, "--out", temp.File("out"), .. options]);
        Assert.True(exit == 0, said);
        return said;
    }

    private static string Literal(string text) => $"@\"{text}\"";
}
