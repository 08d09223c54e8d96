using System.Text.Json;

namespace Course.Tests;

/// <summary>A live page as a reader uses it. Cells are counted from 0.</summary>
internal sealed class LivePage(BrowserPage page)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    /// <summary>The page, as its reader sees it.</summary>
    public static LivePage Of(BrowserPage page) => new(page);

    /// <summary>Waits until its cells can be run.</summary>
    public async Task ReadyAsync() =>
        Assert.True(await page.WaitForAsync("document.querySelector('.live-foot')", s_patience));

    /// <summary>Enters a cell, and writes a text in the place of its own.</summary>
    public async Task WriteAsync(int cell, string text)
    {
        await ReadyAsync();
        await EnterAsync(cell);
        await page.PressAsync("Control+a");
        await page.TypeAsync(text);
        Assert.Equal(text, await TextAsync(cell));
    }

    /// <summary>Clicks into a cell's code, which becomes an editor.</summary>
    public async Task EnterAsync(int cell)
    {
        await page.ClickAsync($"{Box(cell)}.querySelector('.cm-content, pre.code')", 0.1);
        await UntilAsync($"{Box(cell)}.querySelector('.cm-editor.cm-focused')");
    }

    /// <summary>What stands in a cell's editor.</summary>
    public async Task<string> TextAsync(int cell) => (await page.EvaluateAsync(
        $"[...{Box(cell)}.querySelectorAll('.cm-line')].map(line => line.textContent).join('\\n')"))!
        .GetValue<string>();

    /// <summary>Runs a cell by its button; what is said of it when it has ended.</summary>
    public async Task<string> RunAsync(int cell)
    {
        await PressRunAsync(cell);
        return await EndOfAsync(cell);
    }

    public async Task PressRunAsync(int cell) =>
        await page.EvaluateAsync($"{Box(cell)}.querySelector('.live-run').click()");

    /// <summary>What is said of a cell when it has ended.</summary>
    public async Task<string> EndOfAsync(int cell, TimeSpan? patience = null)
    {
        await UntilAsync($"/^(Done|Stopped|Not|The)/.test({State(cell)})", patience);
        return (await page.EvaluateAsync(State(cell)))!.GetValue<string>();
    }

    /// <summary>
    /// What is said of each cell after 'Run all': waits until the last one has ended, or one before it has failed.
    /// </summary>
    public async Task<string[]> EndsAsync()
    {
        const string states = "[...document.querySelectorAll('.live-bar .live-state')].map(e => e.textContent)";
        await UntilAsync(
            $"/^Done/.test({states}.at(-1)) || {states}.some(s => /^(Stopped|Not|The)/.test(s))",
            TimeSpan.FromMinutes(5)); // chapter 8 trains
        return [.. (await page.EvaluateAsync(states))!.AsArray().Select(state => state!.GetValue<string>())];
    }

    /// <summary>
    /// Runs the chapter from the top as a reader does, and fails unless every cell gives what is committed and every
    /// figure draws itself.
    /// </summary>
    /// <param name="tolerance">
    /// As <see cref="CellOutputs.Difference"/> has it; null if what is shown is not compared.
    /// </param>
    public async Task RunAllAsync(double? tolerance)
    {
        IReadOnlyList<CellOutputs> stored = await CellOutputs.OfAsync(page);
        await PressAsync("Run all");
        string[] ends = await EndsAsync();
        IReadOnlyList<CellOutputs> shown = await CellOutputs.OfAsync(page);

        var problems = new List<string>();
        foreach (var (i, end) in ends.Index())
        {
            if (!end.StartsWith("Done", StringComparison.Ordinal)) { problems.Add($"cell {i + 1}: {end}"); }
            else if (tolerance is { } near && stored[i].Difference(shown[i], near) is { } difference)
            {
                problems.Add($"cell {i + 1}: {difference}");
            }
        }

        Assert.True(problems.Count == 0, string.Join("\n\n", problems));
        Assert.NotEmpty(shown.SelectMany(cell => cell.Figures));
        await UntilAsync("[...document.querySelectorAll('.output.new .tfs-box')].every(box => " +
            "box.querySelector('.js-plotly-plot .main-svg'))");
    }

    /// <summary>
    /// Presses the button for smaller settings below those of the chapter, and waits until they stand there.
    /// </summary>
    public async Task MakeSmallerAsync()
    {
        await page.EvaluateAsync("document.querySelector('.live-smaller button').click()");
        await UntilAsync("document.querySelector('.live-smaller').textContent.startsWith('Smaller settings')");
    }

    /// <summary>Asks for completion at the place of the cursor, and waits until a name is offered.</summary>
    public async Task OffersAsync(string name)
    {
        await page.PressAsync("Control+Space");
        await UntilAsync(
            $"[...document.querySelectorAll('.cm-tooltip-autocomplete li')].some(l => l.textContent === '{name}')");
    }

    /// <summary>Asks for documentation at the place of the cursor, and waits until it says something.</summary>
    public async Task ExplainsAsync(string text)
    {
        await page.PressAsync("Escape", "Shift+Tab");
        await UntilAsync($"document.querySelector('.live-help')?.textContent.includes('{text}')");
    }

    /// <summary>
    /// Fails where a script of the page has failed, or where it has asked for something that is neither in itself nor
    /// below one of these addresses.
    /// </summary>
    public void Faultless(params string[] addresses)
    {
        Assert.Empty(page.Errors);
        string[] allowed = [.. addresses, "data:", "blob:"];
        Assert.All(page.Requests, url => Assert.True(
            Array.Exists(allowed, start => url.StartsWith(start, StringComparison.Ordinal)), url));
    }

    /// <summary>What stands below a cell's code.</summary>
    public async Task<string> OutputAsync(int cell) => (await page.EvaluateAsync(
        $"[...{Box(cell)}.querySelectorAll(':scope > .output')].map(o => o.innerText).join('\\n')"))!
        .GetValue<string>();

    /// <summary>Presses a button of the bar at the page's foot.</summary>
    public async Task PressAsync(string label) => await page.EvaluateAsync(
        "[...document.querySelectorAll('.live-foot button')].find(b => b.textContent.includes(" +
        $"{JsonSerializer.Serialize(label)})).click()");

    /// <summary>Waits until the bar says something.</summary>
    public Task SaysAsync(string text) =>
        UntilAsync($"document.querySelector('.live-foot > .live-state').textContent.startsWith('{text}')");

    /// <summary>Waits until an expression is true.</summary>
    public async Task UntilAsync(string condition, TimeSpan? patience = null) => Assert.True(
        await page.WaitForAsync(condition, patience ?? s_patience), $"It has never been true that {condition}");

    /// <summary>The element of a cell, in JavaScript.</summary>
    public static string Box(int cell) => $"document.querySelectorAll('main > .cell')[{cell}]";

    private static string State(int cell) => $"{Box(cell)}.querySelector('.live-bar .live-state').textContent";
}
