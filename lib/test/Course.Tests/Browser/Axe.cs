namespace Course.Tests;

/// <summary>
/// axe-core, which looks for what keeps readers out of a page: with a screen reader, without a mouse, with weak eyes.
/// </summary>
internal static class Axe
{
    private const string Fetch = "axe-core is not here. Fetch it: npm ci --ignore-scripts --prefix lib/test/axe";

    // Inside a chart and a formula is nothing for it: the one is a picture with words of its own, the other has MathML.
    private const string Look = """
        axe.run({ include: ['html'], exclude: ['.tfs-live', '.katex-html'] },
          { resultTypes: ['violations'], elementRef: false }).then(found => found.violations
            .filter(each => each.impact !== 'minor')
            .map(each => `${each.impact}: ${each.help} (${each.id}), ${each.nodes.length} times, such as ` +
              each.nodes[0].html.slice(0, 300)))
        """;

    private static string Script =>
        Path.Combine(Repository.Find().Root, "lib", "test", "axe", "node_modules", "axe-core", "axe.min.js");

    /// <summary>Skips the test where it is not installed, unless REQUIRE_BROWSER=1.</summary>
    public static void Require()
    {
        Assert.SkipWhen(!File.Exists(Script) && Environment.GetEnvironmentVariable("REQUIRE_BROWSER") != "1", Fetch);
        Assert.True(File.Exists(Script), Fetch);
    }

    /// <summary>What it finds on a page as it stands, a sentence each; what it calls minor is left out.</summary>
    public static async Task<IReadOnlyList<string>> FaultsAsync(BrowserPage page)
    {
        await page.EvaluateAsync(await File.ReadAllTextAsync(Script) + "\n;0");
        return [.. (await page.EvaluateAsync(Look))!.AsArray().Select(fault => fault!.GetValue<string>())];
    }
}
