using Notebooks;
using Shared;

namespace Course;

/// <summary>
/// All that images/ holds: the paper's diagrams, and a thumbnail a chapter. The same chapters give the same bytes.
/// </summary>
internal static class CourseImages
{
    private const string Command = "dotnet run --project lib/src/Course -- images";

    /// <summary>Every file by its name.</summary>
    /// <param name="chapters">Those whose pictures are drawn.</param>
    /// <param name="unread">Takes the pictures of chapters that cannot be read, with the reason; without it that is an
    /// exception.</param>
    public static IReadOnlyDictionary<string, string> All(
        IReadOnlyList<Chapter> chapters, Dictionary<string, string>? unread = null)
    {
        var images = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["transformer.svg"] = TransformerDiagram.Svg(),
            ["transformer-shapes.svg"] = TransformerDiagram.Svg(shapes: true),
            ["attention.svg"] = AttentionDiagrams.ScaledDotProduct(),
            ["multi-head-attention.svg"] = AttentionDiagrams.MultiHead(),
            ["tokens.svg"] = TokensDiagram.Svg(),
            ["positions.svg"] = ShapeDiagrams.Positions(),
            ["heads.svg"] = ShapeDiagrams.Heads(),
            ["sublayer.svg"] = SublayerDiagram.Svg(),
            ["optimiser-step.svg"] = OptimiserStepDiagram.Svg(),
            ["training-step.svg"] = TrainingStepDiagram.Svg(),
            ["translation.svg"] = TranslationDiagram.Svg(),
            [AttentionMoving.FileName] = AttentionMoving.Svg(AnatomyTraces.Seen(AnatomyTraces.OwnFolder)[0]),
        };
        foreach (Chapter chapter in chapters)
        {
            try
            {
                if (Thumbnail.Of(Notebook.Load(chapter.Path)) is { } thumbnail)
                {
                    images[chapter.Name + ".svg"] = thumbnail;
                }
            }
            catch (NotebookFormatException problem) when (unread is not null)
            {
                unread[chapter.Name + ".svg"] = problem.Message;
            }
        }

        return images;
    }

    /// <summary>
    /// Writes what has changed, each file whole, and removes what no chapter has any more. The picture of a chapter
    /// that cannot be read stays.
    /// </summary>
    public static IReadOnlyList<string> Write(
        Repository repository, IReadOnlyList<Chapter> chapters, Dictionary<string, string>? unread = null)
    {
        IReadOnlyDictionary<string, string> images = All(chapters, unread);
        Directory.CreateDirectory(repository.Images);
        List<string> changed =
            [.. images.Where(image => WholeFile.WriteIfOther(Path.Combine(repository.Images, image.Key), image.Value))
                .Select(image => image.Key)];
        foreach (string name in Present(repository).Except(images.Keys)
            .Where(name => unread?.ContainsKey(name) != true))
        {
            File.Delete(Path.Combine(repository.Images, name));
            changed.Add($"{name} (removed)");
        }

        return changed;
    }

    /// <summary>What images/ has that the command would write otherwise.</summary>
    public static IEnumerable<Problem> Problems(Repository repository, IReadOnlyList<Chapter> chapters)
    {
        var unread = new Dictionary<string, string>(); // problems of their own
        IReadOnlyDictionary<string, string> images = All(chapters, unread);
        foreach (var (name, svg) in images)
        {
            string path = Path.Combine(repository.Images, name);
            if (!File.Exists(path))
            {
                yield return new Problem($"images/{name}", "", "it is missing", $"Run: {Command}");
            }
            else if (File.ReadAllText(path) != svg)
            {
                yield return new Problem($"images/{name}", "", "it is not what the command draws", $"Run: {Command}");
            }
        }

        foreach (string name in Present(repository).Except(images.Keys).Except(unread.Keys))
        {
            yield return new Problem($"images/{name}", "", "no chapter has this picture any more", $"Run: {Command}");
        }
    }

    private static IEnumerable<string> Present(Repository repository) => Directory.Exists(repository.Images)
        ? Directory.EnumerateFiles(repository.Images, "*.svg").Select(path => Path.GetFileName(path)) : [];
}
