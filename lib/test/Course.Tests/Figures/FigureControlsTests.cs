using System.Text.Json.Nodes;

namespace Course.Tests;

/// <summary>The controls of charts, driven in a browser by mouse, keyboard and finger.</summary>
public sealed class FigureControlsTests : IDisposable
{
    private const string Ready = "document.querySelectorAll('.tfs-live .main-svg').length > 0";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly TempFolder _temp = new();

    public FigureControlsTests() => CourseLibrary.Load(Repository.Find());

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task A_slider_follows_the_mouse_and_shows_the_numbers_of_its_stop()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage page = await browser.OpenAsync(
            FigurePages.OnSite(_temp, [FigurePages.Figures()["lines"]]), 1280, 900);
        Assert.True(await page.WaitForAsync(Ready, s_patience));
        await ShowsAsync(page, 2);
        await page.ClickAsync(Button("Step forward"));
        await ShowsAsync(page, 3);
        await page.ClickAsync(Button("Step back"));
        await page.ClickAsync(Button("Step back"));
        await ShowsAsync(page, 1);
        await page.ClickAsync("document.querySelector('.tfs-bar input')", 0.99);
        await ShowsAsync(page, 4);
        await page.ClickAsync(Button("Step forward")); // there is none
        await ShowsAsync(page, 4);
        await page.EvaluateAsync("""
            (() => {
              passed = [];
              const live = document.querySelector('.tfs-live');
              new MutationObserver(() => passed.push(live.dataset.stop))
                .observe(live, { attributeFilter: ['data-stop'] });
            })()
            """);
        await page.ClickAsync(Button("Play"));
        // Noted in the page, as this may look too late.
        Assert.True(await page.WaitForAsync("passed.length > 1", s_patience));
        await page.ClickAsync(Button("Pause"));
        Assert.StartsWith("0,1", await TextAsync(page, "passed.join()"));
        int at = await StopAsync(page);
        await Task.Delay(1500);
        Assert.Equal(at, await StopAsync(page));
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task The_keyboard_alone_reaches_and_moves_every_control()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage page = await browser.OpenAsync(
            FigurePages.OnSite(_temp, [FigurePages.Figures()["maps"]]), 1280, 900);
        Assert.True(await page.WaitForAsync(Ready, s_patience));
        await MapAsync(page, 0, 1);
        await TabToAsync(page, "SELECT");
        await page.PressAsync("ArrowDown");
        await MapAsync(page, 1, 1);
        await TabToAsync(page, "INPUT");
        await page.PressAsync("ArrowRight");
        await MapAsync(page, 1, 2);
        await page.PressAsync("End");
        await MapAsync(page, 1, 3);
        await page.PressAsync("Home");
        await MapAsync(page, 1, 0);
        Assert.Equal(
            "Attention by layer and head: layer 2, head 1",
            await TextAsync(page, "document.querySelector('figcaption').textContent"));
        string said = await TextAsync(page, "document.querySelector('[aria-live]').textContent");
        Assert.StartsWith("layer 2, head 1. Heatmap of 6×6 numbers", said);
        Assert.Equal(
            said.Split(". ", 2)[1], await TextAsync(
                page, "document.querySelector('.tfs-live').getAttribute('aria-label')"));

        // Backwards to the play button: a space plays to the end, where it stops.
        await page.EvaluateAsync($"{Button("Play")}.focus()");
        await page.PressAsync(" ");
        await MapAsync(page, 1, 3);
        Assert.True(await page.WaitForAsync($"!!{Button("Play")}", s_patience));
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task A_finger_finds_targets_of_its_size_on_a_phone()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage page = await browser.OpenAsync(
            FigurePages.OnSite(_temp, FigurePages.Figures().Values), 400, 800, touch: true);
        Assert.True(
            await page.WaitForAsync(
                "document.querySelectorAll('.tfs-live .main-svg').length >= 6 && " +
                "document.querySelectorAll('.tfs-cell').length > 0", s_patience));
        string small = await TextAsync(
            page, "[...document.querySelectorAll('.tfs-bar button, .tfs-bar select, .tfs-bar input, " +
                ".tfs-cell')].filter(e => { const r = e.getBoundingClientRect(); return r.width < 40 || r.height < " +
                "40; }).map(e => e.outerHTML.slice(0, 80)).join('; ')");
        Assert.Equal("", small);
        await page.TapAsync(Button("Step forward"));
        await ShowsAsync(page, 3);
        await page.TapAsync("document.querySelector('.tfs-bar input')", 0.02);
        await ShowsAsync(page, 0);
        await page.TapAsync(Button("Play"));
        await ShowsAsync(page, 4);
        Assert.Equal(400, (await page.EvaluateAsync("document.documentElement.scrollWidth"))!.GetValue<int>());
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Copies_of_a_figure_move_apart_from_each_other_and_a_cell_run_again_starts_anew()
    {
        // A chart has several drawings, so that it is charts that are counted.
        const string bothLive = "[...document.querySelectorAll('.tfs-live')].filter(live => " +
            "live.querySelector('.main-svg')).length == 2 && document.querySelectorAll('.tfs-bar').length == 2";
        string lines = FigurePages.Figures()["lines"];
        await using Chromium browser = await Chromium.StartAsync();
        Uri address = FigurePages.InNotebook(
            _temp, [lines, lines], "<script>function define() { throw new Error('taken') } define.amd = {}</script>",
            stored: true);
        await using BrowserPage page = await browser.OpenAsync(address, 1000, 900);
        Assert.True(await page.WaitForAsync(bothLive, s_patience));
        await page.ClickAsync(
            "document.querySelectorAll('.tfs-bar')[1].querySelector('button[aria-label^=\"Step forward\"]')");
        await ShowsAsync(page, 3, copy: 1);
        await ShowsAsync(page, 2, copy: 0);

        // The output is replaced, scripts and all, as a notebook does.
        await page.EvaluateAsync(
            "(() => { const box = document.querySelectorAll('.tfs-stored')[1], range = document.createRange(); " +
            "box.replaceChildren(range.createContextualFragment(" +
            $"{JsonValue.Create(lines).ToJsonString()})); }})()");
        Assert.True(await page.WaitForAsync(bothLive, s_patience));
        await ShowsAsync(page, 2, copy: 1);
        await page.ClickAsync(
            "document.querySelectorAll('.tfs-bar')[1].querySelector('button[aria-label^=\"Step back\"]')");
        await ShowsAsync(page, 1, copy: 1);
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Between_two_stops_lines_move_and_for_those_who_wish_it_so_they_do_not()
    {
        Uri address = FigurePages.OnSite(_temp, [FigurePages.Figures()["lines"]]);
        await using Chromium browser = await Chromium.StartAsync();
        foreach (bool calm in new[] { true, false })
        {
            await using BrowserPage page = await browser.OpenAsync(address, 1280, 900, calm: calm);
            Assert.True(await page.WaitForAsync(Ready, s_patience));
            await page.EvaluateAsync("""
                (() => {
                  seen = new Set();
                  const look = () => {
                    seen.add(document.querySelector('.tfs-live').data[0].y[25]);
                    requestAnimationFrame(look);
                  };
                  look();
                })()
                """);
            int states = 0;
            // A busy machine may draw no picture on the way: it gets several ways.
            for (int step = 0; step < 20 && states <= 2; step++)
            {
                await page.ClickAsync(Button(step % 2 == 0 ? "Step forward" : "Step back"));
                await ShowsAsync(page, step % 2 == 0 ? 3 : 2);
                states = (await page.EvaluateAsync("seen.size"))!.GetValue<int>();
            }

            Assert.True(
                calm ? states == 2 : states > 2,
                $"{states} states for a reader who {(calm ? "wants no motion" : "does not mind motion")}");
        }
    }

    [Fact]
    public async Task Without_plotly_the_start_stays_and_says_which_it_is()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage page = await browser.OpenAsync(
            FigurePages.InNotebook(_temp, [FigurePages.Figures()["lines"]], plotly: false), 1000, 900);
        await Task.Delay(1500);
        Assert.StartsWith(
            "Shown: temperature 1, one of 5 stops.",
            await TextAsync(page, "document.querySelector('.tfs-shown').textContent"));
        Assert.True(
            (await page.EvaluateAsync(
                "getComputedStyle(document.querySelector('.tfs-box svg')).visibility == 'visible'"))!.GetValue<bool>());
    }

    private static string Button(string what) => $"document.querySelector('.tfs-bar button[aria-label^=\"{what}\"]')";

    private static async Task<string> TextAsync(BrowserPage page, string expression) =>
        (await page.EvaluateAsync(expression))!.GetValue<string>();

    private static async Task<int> StopAsync(BrowserPage page) =>
        int.Parse(
            await TextAsync(page, "document.querySelector('.tfs-live').dataset.stop"),
            System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Tabs on until an element of this kind has the focus.</summary>
    private static async Task TabToAsync(BrowserPage page, string tag)
    {
        for (int i = 0; i < 30; i++)
        {
            await page.PressAsync("Tab");
            if (await TextAsync(page, "document.activeElement.tagName") == tag) { return; }
        }

        Assert.Fail($"No {tag} can be reached by Tab.");
    }

    /// <summary>The chart of the slider shows a stop: its curve and, in words, its name.</summary>
    private static async Task ShowsAsync(BrowserPage page, int stop, int copy = 0)
    {
        string live = $"document.querySelectorAll('.tfs-live')[{copy}]";
        double wanted = FigurePages.Weight(stop, FigurePages.Scores[25]),
            last = FigurePages.Weight(stop, FigurePages.Scores[40]);
        Assert.True(await page.WaitForAsync(FormattableString.Invariant(
            $"{live}.dataset.stop == {stop} && Math.abs({live}.data[0].y[25] - {wanted}) < 2e-3") +
            FormattableString.Invariant($" && Math.abs({live}.data[0].y[40] - {last}) < 2e-3"), s_patience),
            $"Stop {stop} is not shown, but " +
            $"{await page.EvaluateAsync($"{live}.dataset.stop + ': ' + {live}.data[0].y[25]")} and not {wanted}.");
        string name = FormattableString.Invariant($"{FigurePages.Temperatures[stop]}");
        Assert.Equal(
            $"{name} {name}", await TextAsync(
                page, $"(() => {{ const bar = document.querySelectorAll('.tfs-bar')[{copy}]; return " +
                    $"bar.querySelector('output').textContent + ' ' + " +
                    $"bar.querySelector('input').getAttribute('aria-valuetext'); }})()"));
        // The line on the screen has as many bends as it has points, and Plotly holds the axis still.
        Assert.Equal(0, (await page.EvaluateAsync($"{live}.layout.yaxis.range[0]"))!.GetValue<double>(), 0.1);
    }

    private static async Task MapAsync(BrowserPage page, int layer, int head)
    {
        const string z = "document.querySelector('.tfs-live').data[0].z";
        float[] wanted = [.. FigurePages.Weights(layer, head).EnumerateRows().SelectMany(row => row)];
        string list = string.Join(
            ",", wanted.Select(v => v.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.True(
            await page.WaitForAsync($"[{list}].every((v, i) => Math.abs({z}.flat()[i] - v) < 1e-3)", s_patience),
            $"Layer {layer}, head {head} is not shown.");
    }
}
