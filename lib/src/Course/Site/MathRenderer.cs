using Jint;

namespace Course;

/// <summary>
/// Typesets LaTeX by KaTeX while the site is made, so that the pages need neither a script nor a network for their
/// maths. KaTeX is JavaScript; Jint runs it.
/// </summary>
internal sealed class MathRenderer
{
    private readonly Engine _engine = new();
    private readonly Dictionary<(string Latex, bool Display), string> _done = [];

    public MathRenderer(string katexScript)
    {
        _engine.Execute("var exports = {}, module = { exports: exports };");
        _engine.Execute(File.ReadAllText(katexScript));
        _engine.Execute("""
            function render(latex, display) {
              return module.exports.renderToString(latex, {
                displayMode: display, throwOnError: true, strict: 'ignore', output: 'htmlAndMathml' });
            }
            """);
    }

    /// <summary>The formula as HTML, with MathML inside for those who listen to the page.</summary>
    /// <exception cref="CourseException">KaTeX does not understand the formula; its own message says where.</exception>
    public string Render(string latex, bool display)
    {
        if (_done.TryGetValue((latex, display), out string? html)) { return html; }

        try
        {
            html = _engine.Invoke("render", latex, display).AsString();
        }
        catch (Jint.Runtime.JavaScriptException problem)
        {
            throw new CourseException($"The formula '{latex}' cannot be typeset: {problem.Message}");
        }

        return _done[(latex, display)] = html;
    }
}
