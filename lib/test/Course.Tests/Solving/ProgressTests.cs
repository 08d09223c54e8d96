using Notebooks;

namespace Course.Tests;

/// <summary>What is solved is kept and shown.</summary>
public class ProgressTests
{
    private static readonly string[] s_cells =
    [
        "md:**1 · First things** (easy)\n\n<details><summary>Open the solution</summary>\n\n```csharp\nint F() => " +
        "1;\n```\n\n</details>", "int F() => 0;\n\nExercise01.CheckF(F)",
        "md:**2 · Second** (hard)", "Exercise01.CheckG(G)", "md:prose", "var softmax = Turn01.Softmax(S);",
        "// Exercise01.CheckH(H)",
    ];

    private static SmallCourse Course()
    {
        SmallCourse course = new(Repository.Find());
        File.WriteAllText(Path.Combine(course.Root, "notebooks", "01-one.ipynb"), Sample.Json(s_cells));
        File.WriteAllText(Path.Combine(course.Root, "notebooks", "02-two.ipynb"), Sample.Json("1 + 1"));
        return course;
    }

    private static void Record(SmallCourse course, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(course.ProgressFile)!);
        File.WriteAllText(course.ProgressFile, text);
    }

    [Fact]
    public void The_list_comes_from_the_notebooks()
    {
        IReadOnlyList<Challenge> all = Challenge.Of(Notebook.Parse(Sample.Json(s_cells)));
        Assert.Equal(
            ["01.1 1 First things", "01.2 2 Second", "01.Softmax your turn: Softmax"],
            all.Select(one => $"{one.Id} {one.Title}"));
        Assert.Equal("int F() => 1;\n", all[0].Solution);
        Assert.Equal("int F() => 1;\n\nExercise01.CheckF(F)", all[0].With(all[0].Solution));
    }

    [Fact]
    public async Task It_is_shown_chapter_by_chapter_from_any_folder()
    {
        using SmallCourse course = Course();
        var (exit, said) = await CourseProgram.RunAsync(Path.Combine(course.Root, "notebooks"), "progress");
        Assert.True(exit == 0, said);
        Assert.Contains("0 of 3", said);
        Assert.Contains("1 First things · 2 Second · your turn: Softmax", said);
        Assert.DoesNotContain("02-two", said);

        Record(course, "01.2\n01.Softmax\n99.7\n");
        (exit, said) = await CourseProgram.RunAsync(course.Root, "progress");
        Assert.True(exit == 0, said);
        Assert.Matches(@"01-one\s+2 of 3\s+1 First things\s", said);
        Assert.Contains("2 of 3 solved. It is kept on this machine, in lib/out/progress.txt.", said);

        Record(course, "01.2\n01.Softmax\n01.1\n");
        Assert.Contains("All 3 solved.", (await CourseProgram.RunAsync(course.Root, "progress")).Said);
        Assert.Contains("lib/out/progress.txt", (await CourseProgram.RunAsync(course.Root, "progress", "--help")).Said);
    }

    [Fact]
    public async Task A_damaged_file_is_a_sentence()
    {
        using SmallCourse course = Course();
        Record(course, "01.2\n\u001b[31mrubbish\n");
        var (exit, said) = await CourseProgram.RunAsync(course.Root, "progress");
        Assert.Equal(1, exit);
        Assert.StartsWith("lib/out/progress.txt is damaged: line 2 is '", said);
        Assert.DoesNotContain('\u001b', said);

        File.Delete(course.ProgressFile);
        Directory.CreateDirectory(course.ProgressFile);
        (exit, said) = await CourseProgram.RunAsync(course.Root, "progress");
        Assert.Equal((1, "lib/out/progress.txt cannot be read: it is a folder."), (exit, said.Trim()));
    }
}
