using System.CommandLine;
using Notebooks;
using Spectre.Console;

namespace Course;

/// <summary>Something wrong with the course as committed, and what to do about it.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Cell">Which cell, from 1, or null for the file as a whole.</param>
/// <param name="Text">What is wrong and what to do.</param>
internal sealed record Problem(string File, int? Cell, string Text);

/// <summary>check: verifies the chapters as committed, without running them.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var fix = new Option<bool>("--fix") { Description = "Put right what can be put right without running anything: the metadata." };
        var notebooks = new Option<string?>("--notebooks") { Description = "The folder of the chapters; notebooks by default." };
        var command = new Command("check", "Verifies metadata, sizes, stale outputs, absolute paths and links.") { fix, notebooks };
        command.SetAction(parsed =>
        {
            Repository repository = Repository.Find();
            string folder = Path.GetFullPath(parsed.GetValue(notebooks) ?? repository.Notebooks);
            IReadOnlyList<Problem> problems = Check(repository, folder, parsed.GetValue(fix));
            foreach (Problem problem in problems)
            {
                AnsiConsole.WriteLine($"{problem.File}{(problem.Cell is null ? "" : $", cell {problem.Cell}")}: {problem.Text}");
            }

            AnsiConsole.WriteLine(problems.Count == 0 ? $"{repository.Chapters(folder).Count} chapters are as they should be." : $"{problems.Count} problems.");
            return problems.Count == 0 ? 0 : 1;
        });
        return command;
    }

    public static IReadOnlyList<Problem> Check(Repository repository, string folder, bool fix)
    {
        var problems = new List<Problem>();
        IReadOnlyList<Chapter> chapters = repository.Chapters(folder);
        if (chapters.Count == 0) { problems.Add(new Problem(folder, null, "there are no chapters here.")); }

        foreach (Chapter chapter in chapters)
        {
            Notebook notebook;
            try
            {
                notebook = Notebook.Load(chapter.Path);
            }
            catch (NotebookFormatException problem)
            {
                problems.Add(new Problem(Path.GetFileName(chapter.Path), null, problem.Message));
                continue;
            }

            if (fix && NotebookMetadata.Normalise(notebook)) { notebook.Save(chapter.Path); }

            problems.AddRange(NotebookMetadata.Problems(chapter, notebook));
            problems.AddRange(ChapterContent.Problems(chapter, notebook));
            problems.AddRange(Links.Problems(chapter, notebook));
        }

        if (folder == repository.Notebooks)
        {
            problems.AddRange(Links.InMarkdownFile(Path.Combine(folder, "README.md")));
            problems.AddRange(Links.InMarkdownFile(Path.Combine(repository.Root, "README.md")));
            problems.AddRange(ImagesCommand.Problems(repository));
        }

        return problems;
    }
}
