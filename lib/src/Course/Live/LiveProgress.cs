using System.Text.Json.Nodes;
using Notebooks;

namespace Course;

/// <summary>What the reader has solved, for the sidebar of live pages: what <c>course progress</c> shows.</summary>
/// <param name="repository">The course.</param>
internal sealed class LiveProgress(Repository repository)
{
    // The chapters are read once: a server lives as long as a sitting.
    private readonly Lazy<IReadOnlyList<(string Name, string[] Ids)>> _chapters = new(() =>
    [
        .. repository.Chapters().Select(chapter => (
            chapter.Name, Challenge.Of(Notebook.Load(chapter.Path)).Select(challenge => challenge.Id).ToArray())),
    ]);

    /// <summary>By chapter: how many exercises it has, and how many are solved.</summary>
    /// <exception cref="CourseException">What is kept on this machine cannot be read.</exception>
    public JsonObject ToJson()
    {
        IReadOnlySet<string> solved = Solved.Read(repository);
        return new JsonObject(_chapters.Value.Select(chapter => KeyValuePair.Create(
            chapter.Name, (JsonNode?)new JsonObject
            {
                ["solved"] = chapter.Ids.Count(solved.Contains), ["of"] = chapter.Ids.Length,
            })));
    }
}
