using Notebooks;
using Shared;

namespace Course;

/// <summary>All that images/ holds: the paper's diagrams, and a thumbnail a chapter. The same chapters give the same bytes.</summary>
internal static class CourseImages
{
    private const string Command = "dotnet run --project lib/src/Course -- images";

    /// <summary>Every file by its name.</summary>
    public static IReadOnlyDictionary<string, string> All(IReadOnlyList<Chapter> chapters)
    {
        var images = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["transformer.svg"] = TransformerDiagram.Svg(),
            ["attention.svg"] = AttentionDiagrams.ScaledDotProduct(),
            ["multi-head-attention.svg"] = AttentionDiagrams.MultiHead(),
        };
        foreach (Chapter chapter in chapters)
        {
            if (Thumbnail.Of(Notebook.Load(chapter.Path)) is { } thumbnail) { images[chapter.Name + ".svg"] = thumbnail; }
        }

        return images;
    }

    /// <summary>Writes what has changed, each file whole, and removes what no chapter has any more.</summary>
    public static IReadOnlyList<string> Write(Repository repository, IReadOnlyList<Chapter> chapters)
    {
        IReadOnlyDictionary<string, string> images = All(chapters);
        Directory.CreateDirectory(repository.Images);
        var changed = new List<string>();
        foreach (var (name, svg) in images)
        {
            string path = Path.Combine(repository.Images, name);
            if (File.Exists(path) && File.ReadAllText(path) == svg) { continue; }

            WholeFile.Write(path, svg);
            changed.Add(name);
        }

        foreach (string name in Present(repository).Except(images.Keys))
        {
            File.Delete(Path.Combine(repository.Images, name));
            changed.Add($"{name} (removed)");
        }

        return changed;
    }

    /// <summary>What images/ has that the command would write otherwise.</summary>
    public static IEnumerable<Problem> Problems(Repository repository, IReadOnlyList<Chapter> chapters)
    {
        IReadOnlyDictionary<string, string> images = All(chapters);
        foreach (var (name, svg) in images)
        {
            string path = Path.Combine(repository.Images, name);
            if (!File.Exists(path)) { yield return new Problem($"images/{name}", "", "it is missing", $"Run: {Command}"); }
            else if (File.ReadAllText(path) != svg) { yield return new Problem($"images/{name}", "", "it is not what the command draws", $"Run: {Command}"); }
        }

        foreach (string name in Present(repository).Except(images.Keys))
        {
            yield return new Problem($"images/{name}", "", "no chapter has this picture any more", $"Run: {Command}");
        }
    }

    private static IEnumerable<string> Present(Repository repository) => Directory.Exists(repository.Images)
        ? Directory.EnumerateFiles(repository.Images, "*.svg").Select(path => Path.GetFileName(path)) : [];
}
