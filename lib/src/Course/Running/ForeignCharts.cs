using Notebooks;
using TransformersFromScratch;

namespace Course;

/// <summary>Charts that a reader's cell makes with Plotly.NET, drawn as the library's own figures are.</summary>
internal static class ForeignCharts
{
    private static readonly Lazy<bool> s_canDraw = new(FindLibrary);

    /// <summary>
    /// The chart as a live figure with its still picture, and in words; null where the library is not built.
    /// </summary>
    /// <param name="json">Plotly's data, layout and config.</param>
    public static MimeBundle? Show(string json) => s_canDraw.Value ? Draw(json) : null;

    // Apart, so that its types are not looked for before the library has been found.
    private static MimeBundle Draw(string json)
    {
        try
        {
            Figure figure = Plot.Plotly(json);
            return new MimeBundle(("text/html", figure.ToHtml()), ("text/plain", figure.ToString()));
        }
        catch (ArgumentException problem)
        {
            return new MimeBundle(("text/plain", $"The chart is not shown. {problem.Message}"));
        }
    }

    private static bool FindLibrary()
    {
        try
        {
            CourseLibrary.Load(Repository.Find());
            return true;
        }
        catch (CourseException)
        {
            return false;
        }
    }
}
