namespace Course.Tests;

/// <summary>
/// Drawings made of characters: on a phone code breaks its lines, but a drawing with broken lines shows nothing.
/// </summary>
public class DrawingTests
{
    private const string Drawing = "class=\"code drawing\"";

    private static readonly MarkdownRenderer s_renderer = new(
        new MathRenderer(Path.Combine(AppContext.BaseDirectory, "Assets", "katex", "katex.min.js")), url => url);

    [Theory]
    [InlineData("```\n │ a < b\n └─►\n```")]
    [InlineData("```text\n │ a < b\n └─►\n```")]
    public void A_block_without_a_language_keeps_its_lines(string markdown)
    {
        string html = s_renderer.Render(markdown, []);
        Assert.Contains(Drawing, html);
        Assert.Contains(" │ a &lt; b\n └─►", html);
    }

    [Theory]
    [InlineData("```csharp\nvar x = 1;\n```")]
    [InlineData("```sh\ndotnet build\n```")]
    public void Code_is_no_drawing(string markdown) =>
        Assert.DoesNotContain(Drawing, s_renderer.Render(markdown, []));

    [Fact]
    public void The_style_of_a_drawing_breaks_no_line() =>
        Assert.Contains("pre.drawing { white-space: pre; }", File.ReadAllText(
            Path.Combine(AppContext.BaseDirectory, "Assets", "site.css")));
}
