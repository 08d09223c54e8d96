using System.Net;
using System.Text.RegularExpressions;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Course.Tests;

/// <summary>Which texts are formulas, and what of them reaches KaTeX.</summary>
public partial class MathTests
{
    private static readonly MathRenderer s_math = new(
        Path.Combine(AppContext.BaseDirectory, "Assets", "katex", "katex.min.js"));

    [Theory]
    [InlineData("$$a\n= b$$", "[a\n= b]")] // over two lines
    [InlineData("$$\na\n$$", "[a]")]
    [InlineData("$$a$$\n$$b$$", "[a]|[b]")] // one directly below another
    [InlineData("Text\n$$a$$\nmore", "[a]")]
    [InlineData("$$a\n- b\n= c$$", "[a\n- b\n= c]")] // lines that begin like a list and like a heading's underline
    [InlineData("> $$a_1\n> * b$$", "[a_1\n* b]")]
    [InlineData("> so $a\n> b$", "(a\nb)")]
    [InlineData("- item $$a\n  b$$", "[a\nb]")]
    [InlineData("- item\n\n  $$\n  a\n  $$", "[a]")]
    [InlineData("## The $x_i$", "(x_i)")]
    [InlineData("| a | b |\n|---|---|\n| $x_1 * y_1$ | $|z|$ |", "(x_1 * y_1)|(|z|)")]
    [InlineData("$a_1 * b_2 * c_3$ and *so* $d_4$", "(a_1 * b_2 * c_3)|(d_4)")]
    [InlineData("$\\begin{pmatrix} a \\\\ b \\end{pmatrix}$", "(\\begin{pmatrix} a \\\\ b \\end{pmatrix})")]
    [InlineData("\\begin{align}\na &= b \\\\\n&= c\n\\end{align}", "[\\begin{align}\na &= b \\\\\n&= c\n\\end{align}]")]
    [InlineData("$a < b$ and $c > d$ & $e$", "(a < b)|(c > d)|(e)")]
    [InlineData("$\\text{5\\$}$", "(\\text{5\\$})")]
    [InlineData("[$x$](https://example.org) **$y$**", "(x)|(y)")]
    [InlineData("so $a$, and $b$.", "(a\\text{,})|(b\\text{.})")] // a sign stays with its formula
    [InlineData("so $$a$$.", "[a\\text{.}]")]
    [InlineData("a ($x$), b", "(x\\text{),})")]
    [InlineData("## Why $d$?", "(d\\text{?})")] // a heading is written twice
    public void A_formula_is_one_wherever_it_stands(string markdown, string expected) =>
        Assert.Equal(expected, string.Join('|', Formulas(Render(markdown))));

    [Theory]
    [InlineData("It costs $5 and $6.")]
    [InlineData("It costs $5–$6.")]
    [InlineData("It costs \\$5 or 6$.")]
    [InlineData("`$x$` and ``a $y$ b``")]
    [InlineData("```\n$$x$$\n```")]
    [InlineData("    $$x$$")]
    [InlineData("one $ sign, $$ two")]
    [InlineData("$$ opened\n\nand never closed")]
    [InlineData("$ x $")]
    public void Money_and_code_are_none(string markdown)
    {
        string html = Render(markdown);
        Assert.Empty(Formulas(html));
        Assert.Contains("$", html);
    }

    [Fact]
    public void No_formula_of_the_course_is_left_as_text()
    {
        foreach (Chapter chapter in Repository.Find().Chapters())
        {
            foreach (string source in Notebooks.Notebook.Load(chapter.Path).Cells
                .Where(cell => cell.Kind == Notebooks.CellKind.Markdown).Select(cell => cell.Source))
            {
                foreach (LiteralInline text in CourseMarkdown.Parse(source).Descendants<LiteralInline>())
                {
                    Assert.DoesNotMatch(@"\$|\\[a-z]{2}", text.Content.ToString());
                }
            }
        }
    }

    private static string Render(string markdown) => new MarkdownRenderer(s_math, url => url).Render(markdown, []);

    /// <summary>[display] and (inline), as KaTeX was told.</summary>
    private static IEnumerable<string> Formulas(string html) => Annotation().Matches(html).Select(match =>
        match.Groups[1].Success
            ? $"[{WebUtility.HtmlDecode(match.Groups[2].Value)}]"
            : $"({WebUtility.HtmlDecode(match.Groups[2].Value)})");

    [GeneratedRegex("(display=\"block\")?><semantics>.*?<annotation encoding=\"application/x-tex\">(.*?)</annotation>",
        RegexOptions.Singleline)]
    private static partial Regex Annotation();
}
