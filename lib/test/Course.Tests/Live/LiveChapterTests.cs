namespace Course.Tests;

/// <summary>
/// Whole chapters on their live pages, run from the top as a reader runs them: every cell gives what is committed, and
/// every figure draws itself.
/// </summary>
[Collection(LiveCourseCollection.Name)]
public class LiveChapterTests(LiveCourse course)
{
    [Theory]
    [InlineData("00-start-here")]
    [InlineData("01-attention")]
    [InlineData("02-positional-encoding")]
    [InlineData("03-multi-head-attention")]
    [InlineData("04-feed-forward-and-residuals")]
    [InlineData("05-transformer-assembly")]
    [InlineData("08-first-tasks")]
    [InlineData("10-tokens")]
    public async Task Every_cell_gives_what_is_committed_and_every_figure_draws(string chapter)
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await course.OpenAsync(browser, chapter);
        bool isTrained = chapter.StartsWith("08", StringComparison.Ordinal);
        // A training goes its own way on another kind of machine.
        await LivePage.Of(tab).RunAllAsync(isTrained && OutputComparison.Here > 0 ? null : OutputComparison.Here);
        course.Faultless(tab);
    }
}
