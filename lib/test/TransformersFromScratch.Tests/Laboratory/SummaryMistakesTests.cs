namespace TransformersFromScratch.Tests.Laboratory;

public class SummaryMistakesTests
{
    private const string Text =
        "Frobnicator is a small program that plays sound files of many formats and shows their spectrum in a window.";
    private const string Reference = "player for sound files with spectrum";

    private static IReadOnlyList<string> Found(string summary) => SummaryMistakes.Of(Text, summary, Reference);

    [Fact]
    public void Each_kind_is_found_where_it_is()
    {
        Assert.Equal(["equal to the reference"], Found("Player for sound files, with spectrum"));
        Assert.Equal([], Found("program that plays sound files"));
        Assert.Equal(["copied too much"], Found("a small program that plays sound files"));
        Assert.Equal(["invented"], Found("plays sound files from satellites"));
        Assert.Equal(["repeated"], Found("player for sound sound files"));
        Assert.Equal(["repeated"], Found("sound files of sound files"));
        Assert.Equal(["truncated"], Found("player for sound files of"));
        Assert.Equal(["too short"], Found("sound files"));
        Assert.Contains("too long", Found(Text));
        Assert.Equal(["about something else"], Found("small program for many"));
    }

    [Fact]
    public void What_the_reference_does_itself_is_no_mistake()
    {
        const string Piece = "plays sound files of many formats";
        Assert.DoesNotContain("copied too much", SummaryMistakes.Of(Text, Piece, Piece));
        Assert.DoesNotContain("repeated", SummaryMistakes.Of(Text, "sound sound files", "sound sound"));
        Assert.DoesNotContain("invented", SummaryMistakes.Of(Text, "player for files", Reference));
    }

    [Fact]
    public void Counts_are_those_of_the_single_summaries()
    {
        string[] summaries = ["player for sound files of", "sound files", Reference];
        var counted = SummaryMistakes.Count([Text, Text, Text], summaries, [Reference, Reference, Reference]);
        Assert.All(counted,
            kind => Assert.Equal(summaries.Count(summary => Found(summary).Contains(kind.Name)), kind.Sentences));
        Assert.Contains(counted, kind => kind.Sentences == 1);
    }

    [Fact]
    public void Lists_that_do_not_match_are_refused_and_an_empty_summary_is_no_crash()
    {
        Assert.Throws<ArgumentException>(() => SummaryMistakes.Count([Text], [], [Reference]));
        Assert.Contains("too short", Found(""));
        Assert.DoesNotContain("truncated", Found(""));
    }
}
