using System.Text.Json.Nodes;

namespace TransformersFromScratch.Tests;

public sealed class ExpectedTests : IDisposable
{
    private const string Recorded = """
        { "01-one": {
            "settings": { "Sentence": "Clé <1>", "Dimensions": 64, "Rates": [0.1, 2], "Inner": { "Steps": 5 } },
            "a loss": [0.5, 1.5], "time of a step": [1, 2] } }
        """;

    private readonly string _path = Path.GetTempFileName();

    public ExpectedTests() => File.WriteAllText(_path, Recorded);

    private sealed record Inner(int Steps = 5);

    private sealed record Settings(string Sentence = "Clé <1>", int Dimensions = 64)
    {
        public double[] Rates { get; init; } = [0.1, 2];

        public Inner Inner { get; init; } = new();
    }

    private string Check(object? settings, params (string, double)[] numbers) =>
        Expected.CheckIn(_path, "01-one", settings, numbers).ToString();

    [Fact]
    public void The_default_settings_are_judged()
    {
        string normal = Check(new Settings(), ("a loss", 1));
        Assert.Contains("✓ normal", normal, StringComparison.Ordinal);
        Assert.Contains("✗ outside", Check(new Settings(), ("a loss", 2)), StringComparison.Ordinal);
        Assert.Equal(normal, Check(null, ("a loss", 1)));
    }

    [Theory]
    [InlineData(0.5, true)]
    [InlineData(1.5, true)]
    [InlineData(0.4999, false)]
    [InlineData(double.NaN, false)]
    [InlineData(double.PositiveInfinity, false)]
    public void A_bound_is_inside_and_what_is_no_number_is_not(double value, bool inside) =>
        Assert.Contains(inside ? "✓" : "✗", Check(new Settings(), ("a loss", value)), StringComparison.Ordinal);

    [Fact]
    public void Lists_and_records_are_compared_by_what_they_hold()
    {
        Assert.Contains(
            "✓", Check(new Settings { Rates = [0.1, 2.0], Inner = new Inner() }, ("a loss", 1)),
            StringComparison.Ordinal);
        Assert.Contains(
            "Rates = [0.1,3] (default [0.1,2])", Check(new Settings { Rates = [0.1, 3] }, ("a loss", 1)),
            StringComparison.Ordinal);
        Assert.Contains(
            "Inner = {\"Steps\":6}", Check(new Settings { Inner = new Inner(6) }, ("a loss", 1)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Other_settings_are_named_and_not_judged()
    {
        string text = Check(new Settings("Other", 32), ("a loss", 1), ("time of a step", 9));
        Assert.StartsWith(
            "Sentence = \"Other\" (default \"Clé <1>\"), Dimensions = 32 (default 64): with other settings", text,
            StringComparison.Ordinal);
        Assert.DoesNotContain("normal\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('✓', text);
        Assert.Contains("(varies)", text, StringComparison.Ordinal); // no time, which would differ from run to run
        Assert.DoesNotContain('✗', Check(new Settings("Other"), ("a loss", double.NaN)));
    }

    [Fact]
    public void Where_chapters_are_tested_a_number_outside_is_an_error_unless_the_settings_are_others()
    {
        Environment.SetEnvironmentVariable(Expected.StrictVariable, "1");
        try
        {
            string message = Assert.Throws<InvalidOperationException>(
                () => Check(new Settings(), ("a loss", 2), ("time of a step", 9))).Message;
            Assert.Contains("a loss | 2 | 0.5 to 1.5", message, StringComparison.Ordinal);
            Assert.DoesNotContain("time", message, StringComparison.Ordinal);
            Assert.Contains("a loss", Check(new Settings("Other"), ("a loss", 2)), StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Expected.StrictVariable, null);
        }
    }

    [Fact]
    public void A_setting_that_is_gone_or_new_is_a_difference_too()
    {
        Assert.Contains(
            "Rates = none (default [0.1,2])",
            Check(new { Sentence = "Clé <1>", Dimensions = 64, Inner = new Inner() }, ("a loss", 1)),
            StringComparison.Ordinal);
        Assert.Contains("More = 1 (default none)",
            Check(
                new { Sentence = "Clé <1>", Dimensions = 64, Rates = new[] { 0.1, 2 }, Inner = new Inner(), More = 1 },
                ("a loss", 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_inside_its_band_is_not_shown()
    {
        Assert.Contains("(varies)", Check(new Settings(), ("time of a step", 1.5)), StringComparison.Ordinal);
        Assert.Contains("✗", Check(new Settings(), ("time of a step", 3)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_recorded_is_an_error_that_says_what_to_add()
    {
        Assert.Contains(
            "no band 'another'", Assert.Throws<InvalidOperationException>(
                () => Check(new Settings(), ("another", 1))).Message, StringComparison.Ordinal);
        Assert.Contains(
            "no chapter '02-two'", Assert.Throws<InvalidOperationException>(
                () => Expected.CheckIn(_path, "02-two", null, [])).Message, StringComparison.Ordinal);
        File.WriteAllText(_path, """{ "01-one": { "a loss": [0, 1] } }""");
        string message = Assert.Throws<InvalidOperationException>(() => Check(new Inner(), ("a loss", 1))).Message;
        Assert.EndsWith("add \"settings\": {\"Steps\":5}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_in_place_of_the_settings_is_refused() =>
        Assert.Contains(
            "takes the settings themselves, not True",
            Assert.Throws<ArgumentException>(() => Check(true, ("a loss", 1))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_numbers_can_be_had_as_they_are()
    {
        JsonNode said = JsonNode.Parse(
            Expected.Numbers("01-one", new Settings(), ("a loss", 1.25), ("b", double.NaN)))!;
        Assert.Equal("01-one", said["chapter"]!.GetValue<string>());
        Assert.True(JsonNode.DeepEquals(said["settings"], JsonNode.Parse(Recorded)!["01-one"]!["settings"]));
        Assert.Equal(1.25, said["numbers"]!["a loss"]!.GetValue<double>());
        Assert.Equal("NaN", said["numbers"]!["b"]!.GetValue<string>());
    }

    public void Dispose() => File.Delete(_path);
}
