namespace Course.Tests;

/// <summary>What a reader's browser has to load for a page.</summary>
[Collection(CommittedSiteCollection.Name)]
public class PageWeightTests(CommittedSite site)
{
    /// <summary>
    /// Bytes, beyond plotly.js: the page, its scripts, styles and fonts, and the editor where it is live.
    /// </summary>
    private const long Most = 2_000_000;

    [Fact]
    public void Every_page_with_all_that_it_may_load_but_the_search_is_below_two_megabytes()
    {
        var folder = new DirectoryInfo(Path.Combine(site.Folder, "assets"));
        // The anatomy's scripts and numbers are loaded by its page, and in part by the first one.
        string own = Path.Combine(folder.FullName, "anatomy") + Path.DirectorySeparatorChar;
        FileInfo[] files = [.. folder.EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.Name is not ("plotly.min.js" or SearchIndex.FileName))];
        long assets = files.Where(file => !file.FullName.StartsWith(own, StringComparison.Ordinal))
            .Sum(file => file.Length), anatomy = files.Sum(file => file.Length) - assets;
        Assert.InRange(assets, 500_000, 900_000);
        Assert.InRange(anatomy, 1, 700_000);
        Assert.All(
            Directory.EnumerateFiles(site.Folder, "*.html").Select(page => new FileInfo(page)), page =>
            {
                long bytes = page.Length + assets + (page.Name is "index.html" or AnatomyPage.FileName ? anatomy : 0);
                Assert.True(bytes <= Most, $"{page.Name}: {bytes:N0} bytes");
            });
        Assert.InRange(new FileInfo(Path.Combine(folder.FullName, SearchIndex.FileName)).Length, 1, 1_000_000);
    }
}
