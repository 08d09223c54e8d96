namespace Course.Tests;

/// <summary>What a reader's browser has to load for a page.</summary>
[Collection(CommittedSiteCollection.Name)]
public class PageWeightTests(CommittedSite site)
{
    /// <summary>Bytes, beyond plotly.js: the page, its scripts, styles and fonts, and the editor where it is live.</summary>
    private const long Most = 2_000_000;

    [Fact]
    public void Every_page_with_all_that_it_may_load_but_the_search_is_below_two_megabytes()
    {
        var folder = new DirectoryInfo(Path.Combine(site.Folder, "assets"));
        long assets = folder.EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.Name is not ("plotly.min.js" or SearchIndex.FileName)).Sum(file => file.Length);
        Assert.InRange(assets, 500_000, 900_000);
        Assert.All(
            Directory.EnumerateFiles(site.Folder, "*.html").Select(page => new FileInfo(page)),
            page => Assert.True(assets + page.Length <= Most, $"{page.Name}: {assets + page.Length:N0} bytes"));
        Assert.InRange(new FileInfo(Path.Combine(folder.FullName, SearchIndex.FileName)).Length, 1, 1_000_000);
    }
}
