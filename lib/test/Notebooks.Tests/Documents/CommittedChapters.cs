namespace Notebooks.Tests.Documents;

/// <summary>The chapters as they are committed.</summary>
internal static class CommittedChapters
{
    public static string Folder { get; } = Path.Combine(Root(), "notebooks");

    private static string Root()
    {
        DirectoryInfo at = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "global.json")))
        {
            at = at.Parent ?? throw new InvalidOperationException("These tests run inside the repository.");
        }

        return at.FullName;
    }
}
