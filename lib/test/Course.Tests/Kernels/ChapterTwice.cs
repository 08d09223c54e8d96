using Notebooks;

namespace Course.Tests;

/// <summary>
/// A chapter as a reader runs it who then changes something: its code cells, and all of them again in the same kernel. It ends before the
/// first cell tagged "long", which trains for more than a minute: README's first command runs those, once.
/// </summary>
internal sealed record ChapterTwice(Chapter Chapter, Notebook Notebook)
{
    /// <summary>What the reader changes in the chapters that train, so that the second time is short.</summary>
    private static readonly Dictionary<string, (string Was, string Is)> s_changes = new()
    {
        ["07-optimisation"] = ("Seeds = 5", "Seeds = 1"),
        ["08-first-tasks"] = ("Steps = 1000", "Steps = 200"),
        ["11-translation"] = ("DateRecipe Dates { get; init; } = new();", "DateRecipe Dates { get; init; } = new() { Steps = 400 };"),
    };

    /// <summary>How many cells there are to be run, once.</summary>
    public int Count => Notebook.Cells.Count / 2;

    /// <summary>Whether the second time is the first time over again, with the same outputs.</summary>
    public bool IsUnchanged => !s_changes.ContainsKey(Chapter.Name);

    public static ChapterTwice Of(Chapter chapter)
    {
        Cell[] cells = [.. Notebook.Load(chapter.Path).Cells.TakeWhile(cell => !ChapterMetadata.IsLong(cell)).Where(cell => cell.Kind == CellKind.Code)];
        var twice = Notebook.Load(chapter.Path);
        twice.Cells.Clear();
        twice.Cells.AddRange(cells.Select((cell, i) => Cell.Create(CellKind.Code, $"first-{i}", cell.Source)));
        twice.Cells.AddRange(cells.Select((cell, i) => Cell.Create(CellKind.Code, $"again-{i}", cell.Source)));
        if (s_changes.TryGetValue(chapter.Name, out var change))
        {
            Cell settings = Assert.Single(twice.Cells[cells.Length..], cell => cell.Source.Contains(change.Was, StringComparison.Ordinal));
            settings.Source = settings.Source.Replace(change.Was, change.Is, StringComparison.Ordinal);
        }

        return new ChapterTwice(chapter, twice);
    }

    /// <summary>What failed, was warned of, or came out otherwise than in the engine's run.</summary>
    /// <param name="outputs">Of each cell of <see cref="Notebook"/>.</param>
    /// <param name="executed">The chapter as the engine ran it.</param>
    /// <param name="text">The outputs of a cell as they are compared.</param>
    public IEnumerable<string> Faults(IReadOnlyList<IReadOnlyList<Output>> outputs, Notebook executed, Func<IEnumerable<Output>, string> text)
    {
        Cell[] ours = [.. executed.Cells.Where(cell => cell.Kind == CellKind.Code)];
        for (int i = 0; i < outputs.Count; i++)
        {
            string where = $"{Chapter.Name}, code cell {i % Count + 1}{(i < Count ? "" : ", the second time")}";
            if (outputs[i].OfType<ErrorOutput>().FirstOrDefault() is { } error) { yield return $"{where}: {error.Message}"; }
            else if (i < Count || IsUnchanged)
            {
                string mine = text(ours[i % Count].Outputs), other = text(outputs[i]);
                if (mine != other) { yield return $"{where}:\n{Part(mine, other)}\nbut in the kernel\n{Part(other, mine)}"; }
            }
        }
    }

    /// <summary>One line for the log of CI: how many cells succeeded, and how many the second time.</summary>
    public string Line(string kernel, IReadOnlyList<IReadOnlyList<Output>> outputs)
    {
        int Passed(IEnumerable<IReadOnlyList<Output>> cells) => cells.Count(cell => !cell.OfType<ErrorOutput>().Any());
        int all = Notebook.Load(Chapter.Path).Cells.Count(cell => cell.Kind == CellKind.Code);
        return $"{kernel} · {Chapter.Name}: {Passed(outputs.Take(Count))} of {Count} cells, then {Passed(outputs.Skip(Count))} of {Count} again"
            + (all > Count ? $" (the {all - Count} from the first long one are left to README's first command)" : "");
    }

    /// <summary>A text from a little before the place where it leaves the other.</summary>
    private static string Part(string text, string other)
    {
        int same = text.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count();
        return text[Math.Max(0, same - 200)..Math.Min(text.Length, same + 200)];
    }
}
