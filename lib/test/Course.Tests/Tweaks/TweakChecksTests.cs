using System.Text.Json.Nodes;
using Notebooks;

namespace Course.Tests;

public class TweakChecksTests
{
    private const string Three =
        """
        [{ "name": "a", "set": { "Layers": "4" } }, { "name": "b", "set": { "Layers": "5" } },
         { "name": "c", "set": { "Layers": "6" } }]
        """;

    private static string[] Problems(SampleCourse course) =>
        [.. course.Problems().Select(problem => $"{problem.Where}: {problem.What}")];

    private static void Declare(SampleCourse course, int cell, string field, string json) =>
        course.Change(
            root => root["cells"]![cell]!["metadata"]!["transformers_from_scratch"]![field] = JsonNode.Parse(json));

    [Fact]
    public void Settings_need_three_variants_a_comment_each_and_a_check()
    {
        using var course = new SampleCourse();
        course.Rewrite(3, "record Settings(int Layers = 24, int Heads = 2);\nvar settings = new Settings();");
        string all = string.Join('\n', Problems(course));
        Assert.Contains(
            "code cell 2: its Settings have 0 variants, and 3 are the fewest", all, StringComparison.Ordinal);
        Assert.Contains("code cell 2: the setting Layers does not say what it may be", all, StringComparison.Ordinal);
        Assert.Contains("code cell 2: its Settings are not checked", all, StringComparison.Ordinal);
        Declare(course, 3, "variants", """[{ "name": "a", "set": { "Layers": "4" } }]""");
        Assert.Contains("code cell 2: its Settings have 1 variant, and 3 are the fewest", Problems(course));
    }

    [Fact]
    public void Settings_with_all_of_it_are_right_and_keep_what_they_declare()
    {
        using var course = new SampleCourse();
        course.Rewrite(
            3, "record Settings(\n    int Layers = 24)   // 4 to 48: how deep\n{\n    public Settings Checked() => " +
                "this;\n}\nvar settings = new Settings().Checked();");
        Declare(course, 3, "variants", Three);
        Declare(course, 3, "trains", "true");
        Assert.Empty(Problems(course));
        Assert.Empty(course.Fix());

        course.Change(root => root["cells"]![3]!["metadata"]!["vscode"] = new JsonObject());
        Assert.Equal(["notebooks/01-one.ipynb"], course.Fix());
        var notebook = Notebook.Load(course.First);
        OutputHash.Stamp(notebook); // as a run does
        Assert.Equal(3, TweakMetadata.VariantsOf(notebook.Cells[3]).Count);
        Assert.True(TweakMetadata.IsTraining(notebook.Cells[3]));
    }

    [Fact]
    public void What_is_misspelt_or_stands_in_the_wrong_cell_is_named_once()
    {
        using var course = new SampleCourse();
        Declare(course, 3, "variants", Three);
        Assert.Equal(["code cell 2: it declares variants, but no Settings"], Problems(course));
        Declare(course, 3, "variants", """[{ "name": "a", "sett": { } }]""");
        Assert.Equal(
            ["code cell 2: variant 'a' has 'sett', but it may have name, set, never, whole."], Problems(course));
    }

    [Fact]
    public void A_check_needs_a_mistake_and_a_run_that_was_not_judged_is_found()
    {
        using var course = new SampleCourse();
        course.Rewrite(3, "Expected.Check(\"01-one\", (\"b\", 1.0))");
        Assert.Equal(["code cell 2: it has bands, but declares no mistake that one of them rejects"], Problems(course));
        Declare(course, 3, "faults", """[{ "name": "m", "cell": "cell-2", "from": "#r", "to": "", "band": "b" }]""");
        Assert.Empty(Problems(course));
        Declare(course, 3, "faults", """[{ "name": "m", "cell": "cell-2", "from": "#r", "to": "", "band": "c" }]""");
        Assert.Equal([": 01-one: fault 'm': there is no band 'c'."], Problems(course));
        Declare(course, 3, "faults", """[{ "name": "m", "cell": "cell-2", "from": "#r", "to": "", "band": "b" }]""");

        var notebook = Notebook.Load(course.First);
        notebook.Cells[3].SetOutputs(
            [new StreamOutput(
                "stdout", "Layers = 4 (default 24): with other settings than the default ones, a run is not judged.")]);
        notebook.Save(course.First);
        Assert.Contains("its run was not judged", Assert.Single(Problems(course)), StringComparison.Ordinal);
    }
}
