using System.Diagnostics;
using System.Globalization;

namespace Course.Tests;

/// <summary>
/// What a page says and does when its kernel is stopped, killed or left, and what is left of it then.
/// </summary>
[Collection(LiveCourseCollection.Name)]
public class LiveKernelTests(LiveCourse course)
{
    private const string Training = """
        int step = 0;
        using (var live = new TrainingDisplay("A training"))
            for (step = 1; step <= 500; step++)
            {
                live.Report(new TrainingProgress(step, 500, 1.0 / step, 0, 0, 0, null) { Losses = [1f / step] });
                await Task.Delay(100);
            }
        """;

    [Fact]
    public async Task An_interrupted_training_keeps_its_curve_and_its_variables()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await course.OpenAsync(browser, "01-attention");
        var page = LivePage.Of(tab);
        Assert.StartsWith("Done", await page.RunAsync(0));
        Assert.StartsWith("Done", await page.RunAsync(1));
        await page.WriteAsync(2, Training);
        await page.PressRunAsync(2);
        string curve = $"{LivePage.Box(2)}.querySelector('.output.new .tfs-box script')?.textContent";
        await page.UntilAsync($"JSON.parse({curve}).data[0].x.length > 3");
        await page.PressAsync("Interrupt");
        Assert.StartsWith("Stopped", await page.EndOfAsync(2));
        await page.SaysAsync("Ready");
        await page.UntilAsync($"JSON.parse({curve}).data[0].x.length > 3"); // it stays
        await page.WriteAsync(3, "step");
        Assert.StartsWith("Done", await page.RunAsync(3));
        Assert.InRange(int.Parse(await page.OutputAsync(3), CultureInfo.InvariantCulture), 4, 499);
        await page.PressAsync("All back to the original");
        await page.PressAsync("Restart");
        await page.SaysAsync("Ready");
        course.Faultless(tab);
    }

    [Fact]
    public async Task A_killed_kernel_is_said_to_be_gone_and_the_next_cell_has_a_new_one()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await course.OpenAsync(browser, "01-attention");
        var page = LivePage.Of(tab);
        int first = await ProcessOfAsync(page);
        await page.WriteAsync(1, "Console.Write(\"so far\");\nwhile (true) { }");
        await page.PressRunAsync(1);
        await page.UntilAsync($"{LivePage.Box(1)}.querySelector('.output.new')?.innerText === 'so far'");
        Kill(first);
        Assert.StartsWith("Not finished: the kernel has ended", await page.EndOfAsync(1));
        await page.SaysAsync("The kernel has ended. The next cell starts it anew, without variables.");
        Assert.Equal("so far", await page.OutputAsync(1)); // it stays

        int second = await ProcessOfAsync(page); // the next cell starts it
        Assert.NotEqual(first, second);
        Kill(second); // while nothing runs
        await page.SaysAsync("The kernel has ended");
        await page.PressAsync("Restart");
        await page.SaysAsync("Ready");
        Assert.NotEqual(second, await ProcessOfAsync(page));
        await page.PressAsync("All back to the original");
        course.Faultless(tab);
    }

    private static async Task<int> ProcessOfAsync(LivePage page)
    {
        await page.WriteAsync(0, "Environment.ProcessId");
        Assert.StartsWith("Done", await page.RunAsync(0));
        return int.Parse(await page.OutputAsync(0), CultureInfo.InvariantCulture);
    }

    private static void Kill(int process)
    {
        using Process kernel = Process.GetProcessById(process);
        kernel.Kill();
    }
}
