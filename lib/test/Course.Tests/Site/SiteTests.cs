using System.Net;
using Notebooks;

namespace Course.Tests;

public class SiteTests
{
    [Fact]
    public void Every_link_of_every_page_leads_somewhere_and_nothing_comes_from_elsewhere()
    {
        using var course = new SampleCourse();
        SiteFiles site = Build(course);
        Assert.Empty(site.BrokenLinks());
        Assert.Empty(site.Elsewhere());
        Assert.Contains("href=\"files/lib/Thing.cs.html#L3\"", site.Read("01-one.html"));
        Assert.Contains("href=\"files/lib/index.html\"", site.Read("01-one.html"));
        Assert.Contains("href=\"02-two.html\"", site.Read("01-one.html"));
        Assert.Contains("href=\"01-one.html#setup\"", site.Read("02-two.html"));
        Assert.Contains("rel=\"prev\" href=\"01-one.html\"", site.Read("02-two.html"));
        Assert.Contains("class=\"type\">Thing</span>", site.Read("files/lib/Thing.cs.html"));
        Assert.Contains("id=\"L3\"><span class=\"com\">///", site.Read("files/lib/Thing.cs.html")); // not its first
    }

    [Fact]
    public void A_link_to_nowhere_would_be_noticed()
    {
        using var course = new SampleCourse();
        course.Rewrite(4, "[gone](gone.txt) [no place](#no-place) <img src=\"https://example.org/x.png\">");
        SiteFiles site = Build(course);
        Assert.Equal(["01-one.html: gone.txt", "01-one.html: #no-place has no such place"], site.BrokenLinks());
        Assert.Single(site.Elsewhere());
    }

    [Fact]
    public void Maths_is_typeset_when_the_site_is_made()
    {
        using var course = new SampleCourse();
        string page = Build(course).Read("01-one.html");
        Assert.Contains("<msup><mi>x</mi><mn>2</mn></msup>", page); // MathML for those who listen
        Assert.Contains("class=\"katex-html\"", page);
        Assert.Contains("<mfrac>", page);
        Assert.DoesNotContain("$", page.Replace("$x^2$", "", StringComparison.Ordinal));
    }

    [Fact]
    public void A_bad_formula_is_an_error_with_chapter_and_cell_and_the_old_site_stays()
    {
        using var course = new SampleCourse();
        string before = Build(course).Read("01-one.html");
        course.Rewrite(1, "## Setup\n\n$\\frac{1$");
        var problem = Assert.Throws<CourseException>(() => Build(course));
        Assert.StartsWith("01-one, cell 2: The formula '\\frac{1' cannot be typeset", problem.Message);
        Assert.Equal(before, new SiteFiles(course.Files.File("site")).Read("01-one.html"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(course.Files.Path, "*.unfinished*"));
    }

    [Fact]
    public void Code_and_output_are_text_and_not_markup()
    {
        using var course = new SampleCourse();
        const string danger = "<script>alert(\"&\")</script>";
        var notebook = Notebook.Load(course.First);
        notebook.Cells[3].Source = $"var a = @\"{danger.Replace("\"", "\"\"")}\";";
        notebook.Cells[3].SetOutputs([
            new StreamOutput("stdout", danger), new StreamOutput("stderr", danger),
            new ErrorOutput("E", danger, [danger]),
            new ResultOutput(new MimeBundle(("text/plain", danger)), 2)]);
        notebook.Save(course.First);
        string page = Build(course).Read("01-one.html");
        Assert.DoesNotContain("<script>alert", page);
        Assert.Equal(4, page.Split(WebUtility.HtmlEncode(danger)).Length - 1);
    }

    [Fact]
    public void An_attached_picture_is_in_the_page_and_one_that_is_missing_is_found()
    {
        using var course = new SampleCourse();
        course.Change(root =>
        {
            var cell = root["cells"]![1]!.AsObject();
            cell["source"] = "## Setup\n\n![a](attachment:my%20dot.png) ![b](attachment:drawn.svg)\n\n<img " +
                "src=\"attachment:my dot.png\">";
            cell["attachments"] = System.Text.Json.Nodes.JsonNode.Parse(
                """
                {"my dot.png": {"text/plain": "x", "image/png": "iVBO\nRw0K"},
                 "drawn.svg": {"image/svg+xml": ["<svg/>"]}}
                """);
        });
        string page = Build(course).Read("01-one.html");
        Assert.Equal(2, page.Split("src=\"data:image/png;base64,iVBORw0K\"").Length - 1);
        Assert.Contains("src=\"data:image/svg+xml;base64,PHN2Zy8+\"", page);
        Assert.DoesNotContain("attachment:", page);
        Assert.Empty(course.Problems());
        course.Change(root => root["cells"]![1]!["attachments"]!.AsObject().Remove("drawn.svg"));
        Assert.Contains("the cell has no picture attachment:drawn.svg", Assert.Single(course.Problems()).What);
    }

    [Fact]
    public void A_terminals_colours_and_returns_are_shown_as_a_terminal_shows_them()
    {
        using var course = new SampleCourse();
        var notebook = Notebook.Load(course.First);
        notebook.Cells[3].SetOutputs([
            new StreamOutput("stdout", "step 1\rstep 2\n"), new ErrorOutput("E", "e", ["\e[1;31mE\e[0m: <e>"]),
            new ResultOutput(new MimeBundle(("text/plain", "\e[34mblue\e[0m")), 2)]);
        notebook.Save(course.First);
        string page = Build(course).Read("01-one.html");
        Assert.Contains("<pre class=\"stdout\">step 2\n</pre>", page);
        Assert.Contains("<pre class=\"error\"><span class=\"ansi-bold ansi-red-fg\">E</span>: &lt;e&gt;</pre>", page);
        Assert.Contains("<span class=\"ansi-blue-fg\">blue</span>", page);
        Assert.DoesNotContain('\e', page);
    }

    [Fact]
    public void Asked_to_go_on_it_makes_every_other_page_and_says_on_the_page_what_is_wrong()
    {
        using var course = new SampleCourse();
        course.Rewrite(1, "## Setup\n\n$\\frac{1$");
        course.Files.Write("{", "notebooks", "03-three.ipynb");
        course.Files.Write(
            Sample.RunJson("md:# 4 · Four\n\nDeep.\n\n[three](03-three.ipynb)", $"md:{new string('>', 5000)} x"),
            "notebooks", "04-four.ipynb");
        var complaints = new List<string>();
        string folder = course.Files.File("site");
        new SiteBuilder(course.Repository, course.Repository.Notebooks).Build(
            course.Repository.Chapters(), folder, complaints.Add);
        var site = new SiteFiles(folder);
        Assert.Equal(3, complaints.Count);
        Assert.Contains("01-one, cell 2: The formula", WebUtility.HtmlDecode(site.Read("01-one.html")));
        Assert.Contains("This chapter cannot be read: its JSON breaks off", site.Read("03-three.html"));
        Assert.Contains("cannot be made", site.Read("04-four.html"));
        Assert.Contains("It promises more", site.Read("02-two.html"));
        // That heading is in the cell that could not be shown.
        Assert.DoesNotContain(site.BrokenLinks(), link => !link.Contains("01-one.html#setup"));
    }

    [Fact]
    public void A_page_is_refreshed_in_the_site_that_stands_and_says_whose_outputs_it_shows()
    {
        using var course = new SampleCourse();
        var builder = new SiteBuilder(course.Repository, course.Repository.Notebooks);
        string folder = course.Files.File("site");
        builder.Build(course.Repository.Chapters(), folder);
        var site = new SiteFiles(folder);
        Assert.Contains("those that the chapter&#39;s file holds", site.Read("01-one.html"));
        string other = site.Read("02-two.html");
        var notebook = Notebook.Load(course.First);
        notebook.Cells[3].SetOutputs([new StreamOutput("stdout", "fresh")]);
        string executed = course.Files.Write(notebook.ToJson(), "out", "01-one.ipynb");
        builder.Refresh(new Chapter(executed));
        Assert.Contains("fresh", site.Read("01-one.html"));
        Assert.Contains("those of your own run", site.Read("01-one.html"));
        Assert.Equal(other, site.Read("02-two.html"));
        Assert.Empty(site.BrokenLinks());
    }

    [Fact]
    public void What_a_killed_maker_has_left_is_removed_and_what_is_being_made_is_not()
    {
        using var course = new SampleCourse();
        string left = course.Files.File("site.0123abcd.unfinished"),
            made = course.Files.File("site.89abcdef.unfinished");
        Directory.CreateDirectory(left);
        Directory.CreateDirectory(made);
        course.Files.Write("", "site.0123abcd.unfinished.lock");
        using (new FileStream(made + ".lock", FileMode.CreateNew, FileAccess.Write, FileShare.None)) { Build(course); }

        Assert.False(Directory.Exists(left));
        Assert.False(File.Exists(left + ".lock"));
        Assert.True(Directory.Exists(made));
    }

    [Fact]
    public void A_folded_solution_keeps_its_coloured_code_and_a_table_scrolls_in_its_box()
    {
        using var course = new SampleCourse();
        string page = Build(course).Read("01-one.html");
        int details = page.IndexOf("<details><summary>Solution", StringComparison.Ordinal);
        Assert.Contains(
            "<span class=\"key\">int</span> b = <span class=\"num\">1</span>",
            page[details..page.IndexOf("</details>", details, StringComparison.Ordinal)]);
        Assert.Contains("<div class=\"wide\">\n<table>", page);
        Assert.Contains("<span class=\"com\">// a comment</span>", page);
    }

    [Fact]
    public void The_index_has_a_card_a_chapter_where_the_syllabus_says()
    {
        using var course = new SampleCourse();
        course.Files.Write(
            "# Syllabus\n\nBefore.\n\n<!-- chapters -->\n- [one](01-one.ipynb)\n<!-- /chapters -->\n\nAfter.\n",
            "notebooks", "README.md");
        string index = WebUtility.HtmlDecode(Build(course).Read("index.html"));
        index = index[index.IndexOf("<main", StringComparison.Ordinal)..]; // the sidebar lists them, too
        int[] places =
            [.. new[] { "Before.", "1 · One", "about 5 minutes", "2 · Two", "After." }.Select(
                text => index.IndexOf(text, StringComparison.Ordinal))];
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
        Assert.DoesNotContain(">one</a>", index);
    }

    [Fact]
    public void What_an_earlier_site_had_and_this_one_has_not_is_gone()
    {
        using var course = new SampleCourse();
        Build(course);
        course.Files.Write("old", "site", "99-gone.html");
        Build(course);
        Assert.False(File.Exists(course.Files.File("site", "99-gone.html")));
    }

    [Theory]
    [InlineData("string s = $\"{a:0.0} <{b}>\"; // x\n#r \"lib.dll\"\n/* y */ char c = '\\'';")]
    [InlineData("var broken = \"no end")]
    [InlineData("#!time\nrecord Point(int X);\n\"\"\"raw\"\"\"")]
    public void Coloured_code_is_the_same_code(string code)
    {
        string text = System.Text.RegularExpressions.Regex.Replace(CodeHighlighter.ToHtml(code), "</?span[^>]*>", "");
        Assert.Equal(code, WebUtility.HtmlDecode(text));
    }

    [Theory]
    [InlineData("Matrix<float>.Build.Dense(1, 1)", "Matrix", true)]
    [InlineData("Op.Softmax(x)", "Op", true)]
    [InlineData("using System.Diagnostics;\nStopwatch.StartNew()", "Stopwatch", true)]
    [InlineData("namespace TransformersFromScratch;\nclass A { int N => Repetition.Forbidden(x, 1).Length; }",
        "Repetition", true)]
    [InlineData("class Mine { }\nMine.Of(1)", "Mine", true)]
    [InlineData("record R(string Prompt) { public int N => Prompt.Length; }", "Prompt", false)]
    [InlineData("PE.Transpose()", "PE", false)]
    [InlineData("model.Tokens.Forward(x)", "Tokens", false)]
    public void A_name_before_a_dot_has_the_colour_of_a_type_only_if_it_is_one(string code, string name, bool isType) =>
        Assert.Equal(
            isType, CodeHighlighter.ToHtml(code)
                .Contains($"<span class=\"type\">{name}</span>.", StringComparison.Ordinal)
            || CodeHighlighter.ToHtml(code)
                .Contains($"<span class=\"type\">{name}</span>&lt;", StringComparison.Ordinal));

    private static SiteFiles Build(SampleCourse course)
    {
        string folder = course.Files.File("site");
        new SiteBuilder(course.Repository, course.Repository.Notebooks).Build(course.Repository.Chapters(), folder);
        return new SiteFiles(folder);
    }
}
