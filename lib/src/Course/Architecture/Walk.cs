using System.Text.RegularExpressions;

namespace Course;

/// <summary>
/// A walk through the sources, as the architecture page lists them: an item for each file, and below it, indented by
/// two blanks more, the files that it calls. So a walk can be checked: each file must use the files below it, and none
/// of them may lie on a higher floor.
/// </summary>
internal static partial class Walk
{
    /// <summary>A file of a walk.</summary>
    /// <param name="Line">The line of the page, from 1.</param>
    /// <param name="Depth">How far it is indented: 0 for the file that a walk begins with.</param>
    /// <param name="Project">Its project.</param>
    /// <param name="File">Its path, as seen from the folder of the project.</param>
    public sealed record Step(int Line, int Depth, string Project, string File);

    /// <summary>The steps of all walks of a page, in order.</summary>
    public static IReadOnlyList<Step> Steps(string page) =>
    [
        .. page.Split('\n').Select((text, i) => (Parts: Item().Match(text), Line: i + 1))
            .Where(item => item.Parts.Success)
            .Select(item => new Step(
                item.Line, item.Parts.Groups[1].Length / 2, item.Parts.Groups[2].Value, item.Parts.Groups[3].Value)),
    ];

    /// <summary>What is wrong with the walks of a page, a sentence each.</summary>
    /// <param name="page">The text of the page.</param>
    /// <param name="arrows">The arrows of each house.</param>
    public static IEnumerable<string> Faults(string page, IReadOnlyDictionary<House, IReadOnlyList<Arrow>> arrows)
    {
        var above = new Stack<Step>();
        foreach (Step step in Steps(page))
        {
            while (above.Count > step.Depth) { above.Pop(); }

            if (above.TryPeek(out Step? caller)
                && arrows.Keys.FirstOrDefault(house => house.Project == caller.Project) is { } house
                && Fault(house, arrows[house], caller, step) is { } fault)
            {
                yield return $"line {step.Line}: {fault}";
            }

            above.Push(step);
        }
    }

    private static string? Fault(House house, IReadOnlyList<Arrow> arrows, Step caller, Step step) =>
        step.Project != caller.Project ? $"{caller.Project} cannot use {step.Project}."
        : house.FloorOf(Arrow.FolderOf(step.File)) > house.FloorOf(Arrow.FolderOf(caller.File))
            ? $"the walk goes up, from {caller.File} to {step.File}."
        : !arrows.Any(arrow => arrow.From == caller.File && arrow.To == step.File)
            ? $"{caller.File} uses nothing of {step.File}."
        : null;

    [GeneratedRegex(@"^((?:  )*)- \[[^\]]*\]\(\.\./lib/src/(\w+)/([^)]+\.cs)\)")]
    private static partial Regex Item();
}
