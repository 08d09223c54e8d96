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
        Assert.Contains("href=\"files/lib/Thing.cs.html\"", site.Read("01-one.html"));
        Assert.Contains("href=\"files/lib/index.html\"", site.Read("01-one.html"));
        Assert.Contains("href=\"02-two.html\"", site.Read("01-one.html"));
        Assert.Contains("href=\"01-one.html#setup\"", site.Read("02-two.html"));
        Assert.Contains("rel=\"prev\" href=\"01-one.html\"", site.Read("02-two.html"));
        Assert.Contains("class=\"type\">Thing</span>", site.Read("files/lib/Thing.cs.html"));
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
        Assert.Empty(Directory.EnumerateDirectories(course.Files.Path, "*.tmp"));
    }

    [Fact]
    public void Code_and_output_are_text_and_not_markup()
    {
        using var course = new SampleCourse();
        const string danger = "<script>alert(\"&\")</script>";
        var notebook = Notebook.Load(course.First);
        notebook.Cells[3].Source = $"var a = @\"{danger.Replace("\"", "\"\"")}\";";
        notebook.Cells[3].SetOutputs([
            new StreamOutput("stdout", danger), new StreamOutput("stderr", danger), new ErrorOutput("E", danger, [danger]),
            new ResultOutput(new MimeBundle(("text/plain", danger)), 2)]);
        notebook.Save(course.First);
        string page = Build(course).Read("01-one.html");
        Assert.DoesNotContain("<script>alert", page);
        Assert.Equal(4, page.Split(WebUtility.HtmlEncode(danger)).Length - 1);
    }

    [Fact]
    public void A_folded_solution_keeps_its_coloured_code_and_a_table_scrolls_in_its_box()
    {
        using var course = new SampleCourse();
        string page = Build(course).Read("01-one.html");
        int details = page.IndexOf("<details><summary>Solution", StringComparison.Ordinal);
        Assert.Contains("<span class=\"key\">int</span> b = <span class=\"num\">1</span>", page[details..page.IndexOf("</details>", details, StringComparison.Ordinal)]);
        Assert.Contains("<div class=\"wide\">\n<table>", page);
        Assert.Contains("<span class=\"com\">// a comment</span>", page);
    }

    [Fact]
    public void The_index_has_a_card_a_chapter_where_the_syllabus_says()
    {
        using var course = new SampleCourse();
        course.Files.Write("# Syllabus\n\nBefore.\n\n<!-- chapters -->\n- [one](01-one.ipynb)\n<!-- /chapters -->\n\nAfter.\n", "notebooks", "README.md");
        string index = WebUtility.HtmlDecode(Build(course).Read("index.html"));
        int[] places = [.. new[] { "Before.", "1 · One", "about 5 minutes", "2 · Two", "After." }.Select(text => index.IndexOf(text, StringComparison.Ordinal))];
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

    private static SiteFiles Build(SampleCourse course)
    {
        string folder = course.Files.File("site");
        new SiteBuilder(course.Repository, course.Repository.Notebooks).Build(course.Repository.Chapters(), folder);
        return new SiteFiles(folder);
    }
}
