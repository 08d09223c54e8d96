namespace Course.Tests;

/// <summary>A sentence that the reader types goes through the shipped models.</summary>
[Collection(LiveCourseCollection.Name)]
public class AnatomyLiveTests(LiveCourse course)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_sentence_of_ones_own_has_its_own_figure_on_both_pages()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await browser.OpenAsync(
            new Uri(course.Server.Address, $"{AnatomyPage.FileName}?token={course.Server.Token}"), 1280, 900,
            calm: true);
        await UntilAsync(tab, "courseAnatomy.page.state.at === 0");
        Assert.Equal("Supprime la ligne.", await TypeAsync(tab, "Deletes the row", "state.trace.written"));
        Assert.Equal(
            "Deletes the row .",
            await SaidAsync(tab, "courseAnatomy.page.state.trace.stacks[0].tokens.join(' ').replace(/ ·/g, '')"));

        // What cannot be shown is one sentence, and the figure stays.
        const string note = "document.querySelector('.an-note').textContent";
        string rows = string.Join(' ', Enumerable.Repeat("row", 40));
        Assert.StartsWith("The text has 41 tokens", await TypeAsync(tab, rows, note));
        Assert.StartsWith(
            "The model has never seen: blorp", await TypeAsync(tab, "Delete the \"blorp\" \\ row.", note));

        await tab.EvaluateAsync("document.querySelector('[data-kind=gpt]').click()");
        await UntilAsync(tab, "courseAnatomy.page.state.steps.length === 50");
        string written = await TypeAsync(tab, "He was a man", "state.trace.text");
        Assert.Equal("He was a man", written);
        Assert.Equal(50, (await tab.EvaluateAsync("courseAnatomy.page.state.steps.length"))!.GetValue<int>());

        await using BrowserPage first = await browser.OpenAsync(
            new Uri(course.Server.Address, "index.html"), 1280, 900, calm: true);
        Assert.Contains(
            "Supprime la ligne.",
            await TypeAsync(first, "Deletes the row", "document.querySelector('.see-words').textContent"));
        Assert.Empty(tab.Errors);
        Assert.Empty(first.Errors);
    }

    /// <summary>Types a sentence, waits until it is computed, and returns what an expression then says.</summary>
    private static async Task<string> TypeAsync(BrowserPage tab, string sentence, string expression)
    {
        const string input = "document.querySelector('.an-form input')";
        const string send = "document.querySelector('[type=submit]')";
        await tab.ClickAsync(input);
        await tab.PressAsync("Control+a");
        await tab.TypeAsync(sentence);
        await tab.PressAsync("Enter");
        await UntilAsync(tab, $"!{send}.disabled");
        return await SaidAsync(tab, expression.StartsWith("state", StringComparison.Ordinal)
            ? "courseAnatomy.page." + expression : expression);
    }

    private static async Task<string> SaidAsync(BrowserPage tab, string expression) =>
        (await tab.EvaluateAsync(expression))!.GetValue<string>();

    private static async Task UntilAsync(BrowserPage tab, string condition) => Assert.True(
        await tab.WaitForAsync(condition, s_patience), $"It has never been true that {condition}");
}
