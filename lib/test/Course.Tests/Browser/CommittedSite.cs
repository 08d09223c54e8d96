namespace Course.Tests;

/// <summary>The site as the committed chapters make it, once for all tests that read or drive it.</summary>
public sealed class CommittedSite : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly Lazy<string> _folder;

    public CommittedSite() => _folder = new(() =>
    {
        string folder = Path.Combine(_temp.Path, "a path & more", "site"); // under any path
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        Repository repository = Repository.Find();
        new SiteBuilder(repository, repository.Notebooks).Build(repository.Chapters(), folder);
        return folder;
    });

    public string Folder => _folder.Value;

    internal Uri Address(string page) => new(Path.Combine(Folder, page));

    public void Dispose() => _temp.Dispose();

    /// <summary>Saves what the reader sees now, where pictures are asked for.</summary>
    internal static async Task PictureAsync(BrowserPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
        {
            await page.SaveScreenshotAsync(Path.Combine(folder, name + ".png"), whole: false);
        }
    }
}

[CollectionDefinition(Name)]
public sealed class CommittedSiteCollection : ICollectionFixture<CommittedSite>
{
    public const string Name = "the committed site";
}
