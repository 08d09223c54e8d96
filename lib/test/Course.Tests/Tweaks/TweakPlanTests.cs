namespace Course.Tests;

public class TweakPlanTests
{
    private const string Variants = """
        [{ "name": "short", "set": { "Sentence": "\"Click\"", "Layers": "4" } },
         { "name": "other rates", "set": { "Rates": "[0.1]" }, "never": ["mirror"] }]
        """;

    [Fact]
    public void The_default_settings_come_first_and_last()
    {
        using var chapter = new SampleChapter(
            Variants, """[{ "name": "half is a third", "cell": "cell-3", "from": "/ 2", "to": "/ 3", "band": "b" }]""");
        TweakPlan plan = chapter.Plan();
        Assert.Equal(
            ["the default settings", "the mistake 'half is a third'", "short (Sentence = \"Click\", Layers = 4)",
                "other rates (Rates = [0.1])", "the default settings, again"],
            plan.Passes.Select(pass => pass.Name));
        Assert.Equal([3, 4, 5], plan.Passes[1].Cells.Select(cell => cell.Number)); // from the cell of the mistake on
        Assert.Equal("int half = settings.Layers / 3;", plan.Passes[1].Cells[0].Source);
        Assert.Equal("Expected.Check(\"01-one\", settings, (\"b\", 1.0))", plan.Passes[1].Cells[^1].Source);
        Assert.Contains(
            "string Sentence = \"Click\",   // 2 to 4", plan.Passes[2].Cells[1].Source, StringComparison.Ordinal);
        Assert.Contains("int Layers = 4,", plan.Passes[2].Cells[1].Source, StringComparison.Ordinal);
        Assert.Contains("init; } = [0.1];", plan.Passes[3].Cells[1].Source, StringComparison.Ordinal);
        Assert.Equal(plan.Passes.Sum(pass => pass.Cells.Count), plan.ToNotebook().Cells.Count);
        Assert.Equal(
            ["the default settings", "short (Sentence = \"Click\", Layers = 4)", "other rates (Rates = [0.1])"],
            chapter.Plan(withFaults: false).Passes.Select(pass => pass.Name));
    }

    [Fact]
    public void A_chapter_that_trains_runs_its_first_variant_again_and_not_its_default_settings()
    {
        using var chapter = new SampleChapter(Variants, trains: "true");
        Assert.Equal(
            ["short (Sentence = \"Click\", Layers = 4)"],
            chapter.Plan().Passes.Select(pass => pass.Again).OfType<string>());
    }

    [Fact]
    public void A_pass_ends_before_the_first_long_cell_unless_its_variant_is_run_whole()
    {
        using var chapter = new SampleChapter(
            """
            [{ "name": "a", "set": { "Layers": "4" }, "whole": true },
             { "name": "b", "set": { "Layers": "5" }, "whole": false }]
            """, isLong: true);
        // Default, a, b, default again.
        Assert.Equal([3, 5, 3, 3], chapter.Plan().Passes.Select(pass => pass.Cells.Count));
    }

    [Theory]
    [InlineData("""[{ "name": "a", "set": { "Layers": "4" }, "whole": "yes" }]""",
        "variant 'a': 'whole' is neither true nor false.")]
    [InlineData("""[{ "name": "a", "set": { "Layer": "4" } }]""",
        "variant 'a': there is no setting Layer, there are Sentence, Layers, Rate, Rates.")]
    [InlineData("""[{ "name": "a", "set": { "Layers": "24" } }]""",
        "variant 'a': Layers is set to 24, which is its default.")]
    [InlineData("""[{ "name": "a", "set": { "Layers": "4)" } }]""",
        "variant 'a': Layers is set to 4), which is no C# expression.")]
    [InlineData("""[{ "name": "a", "set": { "Layers": 4 } }]""", "variant 'a' has no text 'Layers'.")]
    [InlineData("""[{ "name": "a", "sets": { } }]""",
        "variant 'a' has 'sets', but it may have name, set, never, whole.")]
    [InlineData("""[{ "name": "a", "set": { } }]""", "variant 'a' has no 'set' with the settings that it changes.")]
    [InlineData("""[{ "set": { "Layers": "4" } }]""", "variant 1 has no text 'name'.")]
    [InlineData("""[5]""", "variant 1 is not an object with a name.")]
    [InlineData("""{ }""", "'variants' in a cell's metadata is no list.")]
    [InlineData("""[{ "name": "a", "set": { "Layers": "4" }, "never": "x" }]""",
        "variant 'a': 'never' is no list of words.")]
    [InlineData("""[{ "name": "a", "set": { "Layers": "4" } }, { "name": "a", "set": { "Layers": "5" } }]""",
        "two variants are called 'a'.")]
    public void A_variant_that_does_not_fit_is_named(string variants, string expected)
    {
        using var chapter = new SampleChapter(variants);
        Assert.Equal("01-one: " + expected, Assert.Throws<CourseException>(() => chapter.Plan()).Message);
    }

    [Theory]
    [InlineData("""{ "name": "m", "cell": "cell-9", "from": "/ 2", "to": "", "band": "b" }""",
        "fault 'm': there is no code cell cell-9 before the first long one.")]
    [InlineData("""{ "name": "m", "cell": "cell-3", "from": "/ 4", "to": "", "band": "b" }""",
        "fault 'm': its cell has '/ 4' 0 times, not once.")]
    [InlineData("""{ "name": "m", "cell": "cell-3", "from": "t", "to": "", "band": "b" }""",
        "fault 'm': its cell has 't' 3 times, not once.")]
    [InlineData("""{ "name": "m", "cell": "cell-3", "from": "/ 2", "to": "", "band": "c" }""",
        "fault 'm': there is no band 'c'.")]
    [InlineData("""{ "name": "m", "cell": "cell-4", "from": "2", "to": "", "band": "b", "until": "cell-3" }""",
        "fault 'm': its cell is not before the last that is run.")]
    [InlineData("""{ "name": "m", "cell": "cell-3", "from": "/ 2", "to": "" }""", "fault 'm' has no text 'band'.")]
    public void A_fault_that_does_not_fit_is_named(string fault, string expected)
    {
        using var chapter = new SampleChapter(faults: $"[{fault}]");
        Assert.Equal("01-one: " + expected, Assert.Throws<CourseException>(() => chapter.Plan()).Message);
    }

    [Fact]
    public void Settings_are_read_with_their_types_and_ranges()
    {
        using var chapter = new SampleChapter();
        IReadOnlyList<Setting> settings = SettingsCell.Of(chapter.Cells)!.Settings;
        Assert.Equal(["Sentence", "Layers", "Rate", "Rates"], settings.Select(setting => setting.Name));
        Assert.Equal(["\"click it\"", "\"click it click it\""], settings[0].Range!.Inside);
        Assert.Equal(["\"click\"", "\"click it click it click\""], settings[0].Range!.Outside);
        Assert.Equal(["3", "49"], settings[1].Range!.Outside);
        Assert.Equal(["0.25", "0.75"], settings[2].Range!.Inside);
        Assert.Equal(["0.24999999999999997", "0.7500000000000001"], settings[2].Range!.Outside);
        Assert.Equal(("rate", "r"), settings[2].Said);
        Assert.Equal(("layer", null), settings[1].Said);
        Assert.True(settings[3].IsProperty);
    }

    [Theory]
    [InlineData("int", "10 to 1,000,000: it", "10 1000000")]
    [InlineData("int", "8 to 256, even, a multiple of Heads: d", "8 256")]
    [InlineData("double", "1e-9 to 0.25", "1E-09 0.25")]
    [InlineData("float", "0 to 0.9: share", "0f 0.9f")]
    [InlineData("int", "1 to 6 (the paper has 6)", "1 6")]
    [InlineData("int", "one to six", null)]
    [InlineData("int", "2 to 12 words", null)]
    [InlineData("string", "2 to 12: words", null)]
    [InlineData("bool", "0 to 1", null)]
    public void A_range_is_what_the_comment_begins_with(string type, string comment, string? expected) =>
        Assert.Equal(
            expected, new Setting("X", type, "8", comment, false).Range is { } range
                ? string.Join(' ', range.Inside)
                : null);

    [Theory]
    [InlineData("SequenceRule.Reverse", "Copy, Reverse or Sort: the task",
        "SequenceRule.Copy SequenceRule.Reverse SequenceRule.Sort")]
    [InlineData("\"a b\"", "a b or c: what", "\"a b\" \"c\"")]
    [InlineData("8", "8 to 16: it", "")]
    public void Values_in_words_are_listed(string value, string comment, string expected) =>
        Assert.Equal(
            expected,
            string.Join(
                ' ',
                new Setting(
                    "X", value.Contains('.') ? "SequenceRule" : value[0] == '"' ? "string" : "int", value, comment,
                    false).Values));
}
