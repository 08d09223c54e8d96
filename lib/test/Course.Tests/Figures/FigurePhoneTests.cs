using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>Figures where there is little room: several heatmaps fold, a wide graph scrolls by itself.</summary>
public sealed class FigurePhoneTests : IDisposable
{
    private const string Live = "document.querySelector('.tfs-live')";

    /// <summary>The words below the maps: Plotly numbers its axes x, x2, x3, …</summary>
    private const string Below = $"{Live}.querySelectorAll('g[class^=x][class$=tick] text').length";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly TempFolder _temp = new();

    public FigurePhoneTests() => CourseLibrary.Load(Repository.Find());

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(1280, 4)]
    [InlineData(400, 2)]
    public async Task Eight_heads_stand_in_as_many_columns_as_their_words_have_room_for(int width, int columns)
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage page = await browser.OpenAsync(
            FigurePages.OnSite(_temp, [Heads()]), width, 900, touch: width < 500);
        Assert.True(await page.WaitForAsync($"!!{Live} && {Below} > 0", s_patience));

        // Names of the same place across stand in the same column.
        Assert.True(
            await page.WaitForAsync(
                $"new Set([...{Live}.querySelectorAll('.annotation-text')].filter(t => /head/.test(t.textContent))" +
                    $".map(t => Math.round(t.getBoundingClientRect().left / 8))).size == {columns}", s_patience));
        Assert.Equal(columns * 6, (await page.EvaluateAsync(Below))!.GetValue<int>());
        Assert.Equal(0, (await page.EvaluateAsync(Outside))!.GetValue<int>());
        Assert.Equal(width, (await page.EvaluateAsync("document.documentElement.scrollWidth"))!.GetValue<int>());
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task A_graph_wider_than_a_phone_scrolls_to_the_box_at_work_and_leaves_its_words_in_sight()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage page = await browser.OpenAsync(
            FigurePages.OnSite(_temp, [Chain()]), 400, 800, touch: true);
        const string lane = "document.querySelector('.tfs-graph > div')", next = "[aria-label^=\"Step forward\"]";
        Assert.True(await page.WaitForAsync($"!!{lane} && !!document.querySelector('.tfs-bar')", s_patience));
        Assert.True(await page.WaitForAsync($"{lane}.scrollLeft == 0", s_patience));
        await page.TapAsync($"document.querySelector('{next}')");
        Assert.True(await page.WaitForAsync($"{lane}.scrollLeft > 0", s_patience));
        Assert.True(
            (await page.EvaluateAsync(
                "[...document.querySelectorAll('.tfs-node')].at(-1).getBoundingClientRect().right <= " +
                    $"{lane}.getBoundingClientRect().right + 1"))!.GetValue<bool>());
        Assert.True(
            (await page.EvaluateAsync("(f => f.scrollWidth <= f.clientWidth)(document.querySelector('.tfs-figure'))"))!
                .GetValue<bool>());
        Assert.Empty(page.Errors);
    }

    /// <summary>How many words of the chart reach out of it.</summary>
    private const string Outside = $$"""
        (box => [...{{Live}}.querySelectorAll('text')].map(t => t.getBoundingClientRect())
          .filter(r => r.width && (r.left < box.left - 1 || r.right > box.right + 1 || r.bottom > box.bottom + 1))
          .length)
        ({{Live}}.getBoundingClientRect())
        """;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string Heads()
    {
        Matrix<float>[] maps = [.. Enumerable.Range(0, 8).Select(head => FigurePages.Weights(head / 4, head % 4))];
        return Plot.Heads(maps, FigurePages.Six, FigurePages.Six, "Eight heads", mask: Mask.Causal(6)).ToHtml();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string Chain() => Plot.Graph(
        "A long chain", [new GraphNode("a", 0, 0), new GraphNode("b", 1, 0), new GraphNode("c", 2, 0),
            new GraphNode("d", 3, 0)],
        [(0, 1), (1, 2), (2, 3)], new Slider("step", ["0", "1"], 0), step =>
            new GraphStep(["1", "2", "3", "4"], step == 0 ? 0 : 3, step == 0 ? "The first." : "The last.")).ToHtml();
}
