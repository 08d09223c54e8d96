using Notebooks;

namespace Course.Tests;

public class TweakJudgeTests
{
    private const string Variants =
        """[{ "name": "flat", "set": { "Layers": "4", "Rate": "0.3" }, "never": ["mirror"] }]""";

    private static Output Says(string text) => new StreamOutput("stdout", text);

    private static Output Figure(string numbers) =>
        new DisplayOutput(
            new MimeBundle(
                ("text/html", "<figure class=\"tfs-figure\"><svg aria-label=\"A map, from 0 to 1.\"></svg>" +
                    "<script type=\"application/json\">" +
                    $"{{\"data\":[{{\"type\":\"heatmap\",\"z\":{numbers}}}]}}</script></figure>")));

    /// <summary>
    /// What is said when cell 4 shows one thing under the default settings and another under the variant.
    /// </summary>
    private static string Judge(Output usual, Output tweaked)
    {
        using var chapter = new SampleChapter(Variants);
        return string.Join(
            '\n', SampleChapter.Judge(
                chapter.Plan(), (pass, cell) => cell == 4 ? [pass.Variant is null ? usual : tweaked] : []));
    }

    [Fact]
    public void Outputs_that_follow_the_settings_are_right() =>
        Assert.Equal("", Judge(Says("after 24 layers, r = 0.5: 1.2"), Says("after 4 layers, r = 0.3: 1.5")));

    [Theory]
    [InlineData("after 24 layers", "after 24 layers: 2", "it says '24 layers', but Layers is 4")]
    [InlineData("one 24 layer", "one 24 layer, 2", "it says '24 layer', but Layers is 4")]
    [InlineData("r = 0.5: 1", "r = 0.5: 2", "it says 'r = 0.5', but Rate is 0.3")]
    [InlineData("loss 1", "loss NaN", "'NaN' in: loss NaN")]
    [InlineData("up to 1", "up to ∞", "'∞' in")]
    [InlineData("a line", "a Mirror", "'mirror' in: a Mirror")]
    [InlineData("✓ normal", "b ✓ normal", "a run with other settings is called normal")]
    [InlineData("the same", "the same", "every output is that of the default settings")]
    public void What_belongs_to_other_settings_is_found(string usual, string tweaked, string expected) =>
        Assert.Contains(expected, Judge(Says(usual), Says(tweaked)), StringComparison.Ordinal);

    [Theory]
    [InlineData("loss NaN", "loss NaN, as it should")] // a chapter that breaks something shows it
    [InlineData("of 24 lines", "of 24 lines, again")]
    [InlineData("124 layers", "124 layers, again")]
    [InlineData("24 layerings", "24 layerings, again")]
    [InlineData("the paper's", "the paper's 24 layers")] // the default settings do not say it here
    public void What_belongs_to_no_setting_is_left_alone(string usual, string tweaked) =>
        Assert.Equal("", Judge(Says(usual), Says(tweaked)));

    [Theory]
    [InlineData("[[1,2],[3,4]]", "[[0,0],[0,0]]")]
    [InlineData("[[1,2],[3,4]]", "[]")]
    [InlineData("[[1,2],[3,4]]", "{\"bdata\":\"AAAAAAAA\",\"dtype\":\"i2\"}")]
    public void A_figure_without_data_is_found(string usual, string tweaked) =>
        Assert.Contains(
            "1 of 1 maps or curves hold one number everywhere, or none", Judge(Figure(usual), Figure(tweaked)),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("[[1,2],[3,4]]", "[[5]]")]
    [InlineData("[[0,0],[0,0]]", "[[0,0,0]]")]
    public void A_figure_with_one_number_or_one_that_was_empty_before_is_left_alone(string usual, string tweaked) =>
        Assert.Equal("", Judge(Figure(usual), Figure(tweaked)));

    [Fact]
    public void Errors_and_complaints_and_what_is_not_repeated_are_found()
    {
        using var chapter = new SampleChapter(Variants);
        int runs = 0;
        string said = string.Join('\n', SampleChapter.Judge(chapter.Plan(), (pass, cell) => cell switch
        {
            2 when pass.Variant is not null => [new ErrorOutput("E", "it broke", [])],
            3 when pass.Variant is not null => [new StreamOutput("stderr", "careful")],
            4 => [Says($"run {++runs}")],
            _ => [],
        }));
        Assert.Contains("01-one, code cell 2, flat (Layers = 4, Rate = 0.3): it broke", said, StringComparison.Ordinal);
        Assert.Contains(
            "code cell 3, flat (Layers = 4, Rate = 0.3): it complains: careful", said, StringComparison.Ordinal);
        Assert.Contains(
            "code cell 4, the default settings, again: it gave\nstdout: run 1\nand now\nstdout: run 3", said,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_that_its_band_does_not_reject_is_found()
    {
        using var chapter = new SampleChapter(
            faults: """[{ "name": "m", "cell": "cell-3", "from": "/ 2", "to": "/ 3", "band": "b" }]""");
        string Said(string check) =>
            string.Join(
                '\n', SampleChapter.Judge(chapter.Plan(), (pass, _) => pass.Fault is null ? [] : [Says(check)]));
        Assert.Contains(
            "the band 'b' does not reject it: b | 1 | ✓ normal", Said("b | 1 | ✓ normal"), StringComparison.Ordinal);
        Assert.Equal("", Said("b | 1 | ✗ outside"));
    }

    [Fact]
    public async Task Figures_of_the_library_are_read_as_they_are()
    {
        const string cell = """
            var half = MathNet.Numerics.LinearAlgebra.Matrix<float>.Build.Dense(3, 3, (i, j) => i);
            display(TransformersFromScratch.Plot.Heatmap(half * 0, title: "Nothing"));
            display(TransformersFromScratch.Plot.Heatmap(half, title: "Something"));
            display(TransformersFromScratch.Plot.Lines("Two", "x", "y",
                new TransformersFromScratch.Series("flat", new[] { 1.0, 2 }, new[] { 5.0, 5 }),
                new TransformersFromScratch.Series("not", new[] { 1.0, 2 }, new[] { 5.0, 6 })));
            display(TransformersFromScratch.Plot.Lines("A level", "x", "y",
                new TransformersFromScratch.Series("level", new[] { 1.0, 2 }, new[] { 5.0, 5 }) { Dashed = true },
                new TransformersFromScratch.Series("not", new[] { 1.0, 2 }, new[] { 5.0, 6 })));
            """;
        var notebook = Notebook.Parse(Sample.Json(Sample.Reference, cell));
        RunResult result = await NotebookRunner.RunAsync(
            notebook, new RunOptions { Engine = new EngineOptions { WorkingDirectory = Repository.Find().Notebooks } });
        Assert.True(result.Succeeded, result.Failures.FirstOrDefault()?.Error.Message);
        Assert.Equal(
            [(1, 1), (1, 0), (2, 0), (1, 0)],
            notebook.Cells[1].Outputs.SelectMany(ChapterFile.TextsOf).Where(text => text.Mime == "text/html")
                .Select(text => FigureData.Count(text.Text)));
    }

    [Theory]
    [InlineData("[0,0]", "[1,2]", "", 0)] // flat beside one that is not
    [InlineData("[0,0]", "[1,2]", ",\"line\":{\"dash\":\"dash\"}", 0)]
    [InlineData("[0,0]", "[3,3]", "", 2)]
    [InlineData("[0,0]", "[3,3]", ",\"line\":{\"dash\":\"dash\"}", 1)]
    [InlineData("[]", "[1,2]", "", 1)]
    public void A_flat_curve_is_empty_only_where_no_curve_of_its_figure_bends(
        string one, string other, string dash, int empty) =>
        Assert.Equal(
            empty, FigureData.Count(
                "<script type=\"application/json\">" +
                $"{{\"data\":[{{\"type\":\"scatter\",\"y\":{one}}},{{\"type\":\"scatter\",\"y\":{other}{dash}}}]}}" +
                "</script>").Empty);
}
