using System.CommandLine;
using Notebooks;
using Spectre.Console;

namespace Course;

/// <summary>progress: what the reader has solved, chapter by chapter.</summary>
internal static class ProgressCommand
{
    public static Command Create()
    {
        var command = new Command("progress",
            "Shows which exercises you have solved, chapter by chapter. A check that turns green in a notebook " +
            "records it on this machine, in " + Solved.File + "; delete that file to begin anew.");
        command.SetAction(_ => Show(Repository.Find()));
        return command;
    }

    private static int Show(Repository repository)
    {
        IReadOnlySet<string> solved = Solved.Read(repository);
        var chapters = repository.Chapters()
            .Select(chapter => (chapter.Name, Challenges: Challenge.Of(Notebook.Load(chapter.Path)))).ToList();
        Table table = new Table().Border(TableBorder.Simple).AddColumn("Chapter")
            .AddColumn(new TableColumn("Solved").RightAligned()).AddColumn("Still open");
        foreach (var (name, challenges) in chapters.Where(chapter => chapter.Challenges.Count > 0))
        {
            string[] open =
                [.. challenges.Where(challenge => !solved.Contains(challenge.Id)).Select(challenge => challenge.Title)];
            table.AddRow(
                new Text(name), new Text($"{challenges.Count - open.Length} of {challenges.Count}"),
                open.Length == 0 ? new Markup("[green]✓ all solved[/]") : new Text(string.Join(" · ", open)));
        }

        AnsiConsole.Write(table);
        List<Challenge> all = [.. chapters.SelectMany(chapter => chapter.Challenges)];
        int done = all.Count(challenge => solved.Contains(challenge.Id));
        AnsiConsole.WriteLine(all.Count == 0 ? "No chapter has an exercise."
            : done == all.Count ? $"All {done} solved."
            : $"{done} of {all.Count} solved. " +
                (done == 0
                    ? "Open a chapter's notebook and write one: its check records it here once it is green."
                    : $"It is kept on this machine, in {Solved.File}."));
        return 0;
    }
}
