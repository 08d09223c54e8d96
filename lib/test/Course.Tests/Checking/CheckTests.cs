using Notebooks;

namespace Course.Tests;

public class CheckTests
{
    [Fact]
    public void A_course_without_fault_has_no_problems()
    {
        using var course = new SampleCourse();
        Assert.Empty(course.Problems());
    }

    [Theory]
    [InlineData("#r \"nuget: Newtonsoft.Json\"", "fails in some hosts")]
    [InlineData("#!import \"other.ipynb\"", "fails in some hosts")]
    [InlineData("#!set --value 1", "fails in some hosts")]
    [InlineData("#r \"second.dll\"", "its references are")]
    [InlineData("var path = \"/home/somebody/data.txt\";", "'/home/somebody/data.txt' of one machine")]
    [InlineData("var path = @\"C:\\Users\\somebody\\data.txt\";", "of one machine")]
    [InlineData("var path = \"/tmp/x\";", "of one machine")]
    [InlineData(
        "_ = 1; // so long a line that a page must be scrolled to read it, and nobody does, not even for this",
        "a line has")]
    public void A_fault_in_code_is_found(string code, string expected)
    {
        using var course = new SampleCourse();
        course.Rewrite(3, code);
        Assert.Contains(
            course.Problems(), problem => problem.File == "notebooks/01-one.ipynb" && problem.What.Contains(expected));
    }

    [Theory]
    [InlineData("delegate int Layer(int x);", "the delegate Layer is another type")]
    [InlineData("record Judged(int X);\nint Verdict(params Judged[] all) => all.Length;\nVerdict(new " +
        "Judged(1), new(2))", "'new(2)' fits the types")]
    [InlineData("class Box { }\nint Open(Func<Box, Box> f) => 1;\nOpen(x => x)", "'x => x' fits the types")]
    [InlineData("class Box { }\nBox Same(Box x) => x;\nint Open(int n, Func<Box, Box> f) => 1;\nOpen(f: Same, n: 1)",
        "'f: Same' fits the types")]
    [InlineData("record Box;\nint Count(List<Box> all) => 1;\nCount([])", "'[]' fits the types")]
    [InlineData("enum Kind { A }\nint Of(Kind? kind) => 1;\nOf(true ? default : null)", "fits the types")]
    [InlineData("float Encoding(int position) => position;", "Encoding hides the type")]
    [InlineData("record Range(int From);", "Range hides the type")]
    [InlineData("int Stream = 1;", "Stream hides the type")]
    [InlineData("var (Path, rest) = (1, 2);", "Path hides the type")]
    [InlineData("record Figure(int X);", "Figure hides the type")]
    public void What_fails_when_cells_are_run_again_is_found(string code, string expected)
    {
        using var course = new SampleCourse();
        course.Rewrite(3, code);
        Problem found = Assert.Single(course.Problems());
        Assert.Equal("code cell 2", found.Where);
        Assert.Contains(expected, found.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("using Layer = System.Func<int, int>;\nint F(Layer layer) => 1;\nF(x => x)")]
    [InlineData("record Judged(int X);\nint Verdict(params Judged[] all) => all.Length;\nJudged three = " +
        "new(3);\nVerdict(new Judged(1), three)")]
    [InlineData("record Box;\nint Open(Func<Box, Box> f) => 1;\nOpen((Box x) => x)")]
    [InlineData("class Box { public void Encoding() { int Range = 1; } }\nstring Text(int Path) => \"\";")]
    public void What_may_be_run_again_is_left_alone(string code)
    {
        using var course = new SampleCourse();
        course.Rewrite(3, code);
        Assert.Empty(course.Problems());
    }

    [Theory]
    [InlineData("[gone](gone.ipynb) [two](02-two.ipynb)", "gone.ipynb leads nowhere")]
    [InlineData("![gone](../images/gone.svg) [two](02-two.ipynb)", "gone.svg leads nowhere")]
    [InlineData("<img src=\"../images/gone.svg\"> [two](02-two.ipynb)", "gone.svg leads nowhere")]
    [InlineData("[here](#nowhere) [two](02-two.ipynb)", "no heading #nowhere")]
    [InlineData("[there](02-two.ipynb#nowhere) [two](02-two.ipynb)", "no heading #nowhere")]
    [InlineData("[two](02-two.ipynb)\n\n<script src=\"https://example.org/x.js\"></script>",
        "loads something from another server")]
    [InlineData("The end.", "does not link to the next chapter")]
    public void A_fault_in_prose_is_found(string prose, string expected)
    {
        using var course = new SampleCourse();
        course.Rewrite(4, prose);
        Assert.Contains(expected, Assert.Single(course.Problems()).What);
    }

    [Theory]
    [InlineData("f:\\alpha, $f:\\mathbb{R} \\to \\mathbb{R}$, and/or, https://example.org/home/page, ../tmp/x, 1/work")]
    public void What_only_looks_like_a_path_is_none(string text) => Assert.Null(PrivateTextChecks.PathIn(text));

    [Fact]
    public void Code_newer_than_its_outputs_is_found_with_all_that_depends_on_it()
    {
        using var course = new SampleCourse();
        var notebook = Notebook.Load(course.First);
        notebook.Cells[2].Source += " ";
        notebook.Save(course.First);
        Problem stale = course.Problems().Single(problem => problem.What.Contains("has changed since"));
        Assert.Equal("code cell 1", stale.Where);
        Assert.Contains("1 cells after it", stale.What);
        Assert.Contains("run 01 --write", stale.Remedy);
    }

    [Fact]
    public void Prose_may_change_without_a_run()
    {
        using var course = new SampleCourse();
        var notebook = Notebook.Load(course.First);
        notebook.Cells[1].Source += "\n\nA better sentence.";
        notebook.Save(course.First);
        Assert.Empty(course.Problems());
    }

    [Fact]
    public void Faults_in_outputs_are_found()
    {
        using var course = new SampleCourse();
        var notebook = Notebook.Load(course.First);
        notebook.Cells[2].ExecutionCount = 7;
        notebook.Cells[3].SetOutputs([
            new ErrorOutput("Exception", "it broke", []),
            new DisplayOutput(new MimeBundle(("text/html", new string('x', 60_001)))),
            new DisplayOutput(new MimeBundle(("text/html", "\"controls\":[" + new string('x', 200_000)))),
            new DisplayOutput(new MimeBundle(("text/html", "\"controls\":[" + new string('x', 300_000)))),
            new StreamOutput("stdout", "saved to /home/somebody/x")]);
        notebook.Save(course.First);
        string all = string.Join('\n', course.Problems().Select(problem => $"{problem.Where}: {problem.What}"));
        Assert.Contains("code cell 1: its execution count is 7, not 1", all);
        Assert.Contains("code cell 2: it ended in an error: it broke", all);
        Assert.Contains("code cell 2: a figure takes 60.0 kB; 60 kB is the most", all);
        Assert.Contains("code cell 2: a figure takes 300.0 kB; 300 kB is the most", all);
        Assert.DoesNotContain("a figure takes 200.0 kB", all);
        Assert.Contains("code cell 2: an output has the path '/home/somebody/x'", all);
    }

    [Fact]
    public void A_figure_without_its_picture_is_found_and_one_with_it_is_not()
    {
        using var course = new SampleCourse();
        var notebook = Notebook.Load(course.First);
        notebook.Cells[3].SetOutputs(
            [new DisplayOutput(
                new MimeBundle(
                    ("text/html", "<figure class=\"tfs-figure\"><svg viewBox=\"0 0 9 9\"><circle cx=\"4\" cy=\"4\" " +
                        "r=\"3\"/></svg></figure>")))]);
        notebook.Save(course.First);
        CourseImages.Write(course.Repository, course.Repository.Chapters());
        Assert.Contains("a figure has no picture", Assert.Single(course.Problems()).What);
        StoredFigures.Split(notebook);
        notebook.Save(course.First);
        Assert.Empty(course.Problems());
    }

    [Fact]
    public void Missing_outputs_and_a_chapter_too_large_are_found()
    {
        using var course = new SampleCourse();
        course.Files.Write(
            Sample.Json(
                "md:# 2 · Two\n\nPrevious: [one](01-one.ipynb)", Sample.Reference, $"// {new string('x', 2_000_000)}"),
                    "notebooks", "02-two.ipynb");
        string all = string.Join('\n', course.Problems().Select(problem => problem.What));
        Assert.Contains("it has no outputs", all);
        Assert.Contains("it is 2.0 MB", all);
    }

    [Theory]
    [InlineData("2-two.ipynb")]
    [InlineData("02-Two.ipynb")]
    [InlineData("02_two.ipynb")]
    public void A_name_that_is_not_a_chapters_is_found(string name)
    {
        using var course = new SampleCourse();
        File.Copy(course.First, course.Files.File("notebooks", name));
        Assert.Contains(
            course.Problems(), problem => problem.File == "notebooks/" + name && problem.What.Contains("its name"));
    }

    [Theory]
    [InlineData(0.5, "malformed at line")]
    [InlineData(0.0, "malformed at line")]
    public void A_file_that_breaks_off_is_named_and_left_alone(double part, string expected)
    {
        using var course = new SampleCourse();
        string broken = File.ReadAllText(course.First);
        broken = broken[..(int)(broken.Length * part)];
        File.WriteAllText(course.First, broken);
        Assert.Contains(
            course.Problems(), problem => problem.File == "notebooks/01-one.ipynb" && problem.What.Contains(expected));
        Assert.Empty(course.Fix());
        Assert.Equal(broken, File.ReadAllText(course.First));
    }

    [Theory]
    [InlineData("tags", "5")]
    [InlineData("tags", "[5, null, {}]")]
    [InlineData("transformers_from_scratch", "[]")]
    [InlineData("transformers_from_scratch", "{\"outputs_of\": 5}")]
    [InlineData("transformers_from_scratch", "{\"outputs_of\": 1e99999999999}")]
    [InlineData("dotnet_interactive", "1e99999999999")]
    [InlineData("a\nname\u001b[31m", "1e400")]
    public void Metadata_of_any_type_is_a_problem_of_one_line_that_can_be_put_right(string name, string json)
    {
        using var course = new SampleCourse();
        course.Change(root => root["cells"]![2]!["metadata"]![name] = System.Text.Json.Nodes.JsonNode.Parse(json));
        Problem found = course.Problems().First(problem => problem.What.Contains("metadata"));
        Assert.Equal("code cell 1", found.Where);
        Assert.DoesNotContain(found.What, char.IsControl);
        Assert.Equal(["notebooks/01-one.ipynb"], course.Fix());
        Assert.DoesNotContain(course.Problems(), problem => problem.What.Contains("metadata"));
    }

    [Fact]
    public void What_cannot_be_looked_at_is_a_problem_and_the_rest_is_checked()
    {
        using var course = new SampleCourse();
        course.Rewrite(1, new string('>', 5000) + " deep");
        course.Rewrite(4, "[a%00b](a%00b) [gone](gone.ipynb) Next: [two](02-two.ipynb)");
        string all = string.Join('\n', course.Problems().Select(problem => $"{problem.Where}: {problem.What}"));
        Assert.Contains("cell 2: Its Markdown cannot be read", all);
        Assert.Contains("a%00b leads nowhere", all);
        Assert.Contains("gone.ipynb leads nowhere", all);
    }

    [Fact]
    public void A_damaged_chapter_keeps_its_picture()
    {
        using var course = new SampleCourse();
        course.Files.Write("<svg/>", "images", "01-one.svg");
        course.Files.Write("{", "notebooks", "01-one.ipynb");
        var unread = new Dictionary<string, string>();
        Assert.Empty(CourseImages.Write(course.Repository, course.Repository.Chapters(), unread));
        Assert.Contains("malformed", Assert.Single(unread).Value);
        Assert.True(File.Exists(course.Files.File("images", "01-one.svg")));
        Assert.DoesNotContain(
            course.Problems(), problem => problem.File.StartsWith("images/", StringComparison.Ordinal));
    }

    [Fact]
    public void Putting_metadata_right_leaves_every_other_byte()
    {
        using var course = new SampleCourse();
        string odd = File.ReadAllText(course.First).Replace("# a comment", "# \u00a0 comment")
            .Replace("It promises", "It\\u00a0promises").Replace("\n", "\r\n");
        File.WriteAllText(course.First, odd.Replace("\"nbformat_minor\": 5", "\"nbformat_minor\": 4"));
        course.Fix();
        Assert.Equal(odd, File.ReadAllText(course.First));
    }

    [Fact]
    public void Pictures_that_the_command_would_draw_otherwise_are_found()
    {
        using var course = new SampleCourse();
        File.AppendAllText(course.Files.File("images", "transformer.svg"), "<!-- by hand -->");
        File.Delete(course.Files.File("images", "attention.svg"));
        course.Files.Write("<svg/>", "images", "99-gone.svg");
        Assert.Equal(
            ["images/99-gone.svg: no chapter has this picture any more", "images/attention.svg: it is missing",
                "images/transformer.svg: it is not what the command draws"],
            course.Problems().Select(problem => $"{problem.File}: {problem.What}"));
        CourseImages.Write(course.Repository, course.Repository.Chapters());
        Assert.Empty(course.Problems());
    }

    [Fact]
    public async Task The_command_prints_place_and_remedy_and_exits_with_1()
    {
        using var course = new SampleCourse();
        course.Change(root => root["metadata"]!.AsObject().Remove("kernelspec"));
        var (exit, said) = await CourseProgram.RunAsync(course.Files.Path, "check");
        Assert.Equal(1, exit);
        Assert.Contains("notebooks/01-one.ipynb", said);
        Assert.Contains("kernelspec is missing", said);
        Assert.Contains("check --fix", said);
        (exit, said) = await CourseProgram.RunAsync(course.Files.Path, "check", "--fix");
        Assert.True(exit == 0, said);
        Assert.Contains("Put right: notebooks/01-one.ipynb", said);
    }
}
