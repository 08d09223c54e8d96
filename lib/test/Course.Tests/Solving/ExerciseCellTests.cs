using System.Text.RegularExpressions;
using Notebooks;

namespace Course.Tests;

/// <summary>
/// Every exercise and turn of every chapter, found in the notebooks: the stub as shipped is red or empty, the folded
/// solution green, and what is green is recorded under the name by which <c>progress</c> knows it.
/// </summary>
public partial class ExerciseCellTests
{
    private static readonly Repository s_repository = Repository.Find();

    public static TheoryData<string> Chapters =>
        [.. s_repository.Chapters().Where(chapter => Challenge.Of(Notebook.Load(chapter.Path)).Count > 0)
            .Select(chapter => chapter.Name)];

    [Fact]
    public void Each_chapter_but_the_first_asks_its_reader_for_three_things_or_more() =>
        Assert.All(
            s_repository.Chapters().Where(chapter => chapter.Name[..2] != "00"),
            chapter => Assert.True(Challenge.Of(Notebook.Load(chapter.Path)).Count >= 3, chapter.Name));

    [Theory]
    [MemberData(nameof(Chapters))]
    public async Task Stubs_are_red_and_solutions_green_and_recorded(string name)
    {
        var chapter = Notebook.Load(Path.Combine(s_repository.Notebooks, name + ".ipynb"));
        IReadOnlyList<Challenge> challenges = Challenge.Of(chapter);
        Assert.All(challenges, challenge => Assert.NotEqual("", challenge.Solution));
        Assert.Equal(challenges.Count, challenges.Select(challenge => challenge.Id).Distinct().Count());

        string[] context = Context(chapter, challenges);
        using SmallCourse course = new(s_repository);
        Notebook ran = await course.RunAsync(
            name,
            [.. context, .. challenges.Select(challenge => challenge.Cell.Source),
                .. challenges.Select(challenge => challenge.With(challenge.Solution))]);
        string[] said = [.. ran.Cells.Select(cell => SmallCourse.Said(cell))];
        for (int i = 0; i < challenges.Count; i++)
        {
            string stub = said[context.Length + i], solved = said[context.Length + challenges.Count + i];
            Assert.True(
                stub.Contains('✎') || stub.Contains("✗ Not yet.", StringComparison.Ordinal),
                $"{challenges[i].Id}, the stub: {stub}");
            Assert.True(
                solved.Contains('✓') && !solved.Contains('✗') && !solved.Contains('✎'),
                $"{challenges[i].Id}, the solution: {solved}");
        }

        Assert.Equal(
            challenges.Select(challenge => challenge.Id).Order(StringComparer.Ordinal),
            course.Solved.Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// The cells that the solutions need: the reference and the usings, and those that declare what a solution, or such
    /// a cell, takes from elsewhere.
    /// </summary>
    private static string[] Context(Notebook chapter, IReadOnlyList<Challenge> challenges)
    {
        string[] cells =
            [.. chapter.Cells.Where(
                cell => cell.Kind == CellKind.Code && !challenges.Any(challenge => challenge.Cell == cell))
                    .Select(cell => cell.Source)];
        var needed = cells.Where(
            cell => cell.Contains("#r ", StringComparison.Ordinal) || NamespaceFirst().IsMatch(cell)).ToHashSet();
        var named = new HashSet<string>(
            challenges.Select(challenge => challenge.With(challenge.Solution)).Concat(needed)
                .SelectMany(CellNames.TakenFromElsewhere));
        string[] own = [.. challenges.SelectMany(challenge => CellNames.Declared(challenge.Cell.Source))];
        for (int before = -1; before != needed.Count;)
        {
            before = needed.Count;
            foreach (string cell in cells.Where(cell => CellNames.Declared(cell).Except(own).Any(named.Contains)))
            {
                if (needed.Add(cell)) { named.UnionWith(CellNames.TakenFromElsewhere(cell)); }
            }
        }

        return [.. cells.Where(needed.Contains)];
    }

    /// <summary>A cell that opens a namespace; neither <c>using (var …)</c> nor the name of a type.</summary>
    [GeneratedRegex(@"^using [\w.]+;")]
    private static partial Regex NamespaceFirst();
}
