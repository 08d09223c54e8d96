using System.Text.Json.Nodes;
using Notebooks;

namespace Course.Tests;

/// <summary>What a chapter declares of its run in a page, and what the page makes of it.</summary>
public class InPageTests
{
    private const string Settings =
        "record Settings(\n    int Layers = 24,   // 4 to 48: how deep\n    int Heads = 2)   // 1 to 8: how many\n{\n" +
        "    public Settings Checked() => this;\n}\nvar settings = new Settings().Checked();";

    private static Cell Declared(string json)
    {
        var cell = Cell.Create(CellKind.Code, "cell-1", Settings);
        cell.Metadata[OutputHash.Section] = new JsonObject { [InPage.Field] = JsonNode.Parse(json) };
        return cell;
    }

    [Fact]
    public void Smaller_settings_are_a_variant_that_is_run_whole_and_an_offer_of_lines()
    {
        Cell cell = Declared("""{ "set": { "Layers": "4" } }""");
        Variant variant = InPage.VariantOf(cell)!;
        Assert.Equal("smaller, for the page (Layers = 4)", variant.ToString());
        Assert.True(variant.Whole);
        JsonNode offer = JsonNode.Parse(InPage.OfferOf(SettingsCell.Of([cell])!)!)!;
        Assert.Equal("""["Layers 24 \u2192 4"]""", offer["words"]!.ToJsonString());
        Assert.Equal(
            ["    int Layers = 24,   // 4 to 48: how deep", "    int Layers = 4,    // 4 to 48: how deep"],
            Assert.Single(offer["lines"]!.AsArray())!.AsArray().Select(line => line!.GetValue<string>()));
    }

    [Fact]
    public void A_chapter_without_any_is_as_it_is_and_one_that_cannot_run_says_why()
    {
        Cell plain = Cell.Create(CellKind.Code, "cell-1", Settings);
        Assert.Null(InPage.VariantOf(plain));
        Assert.Null(InPage.OfferOf(SettingsCell.Of([plain])!));
        Assert.Equal("No file.", InPage.Of(Declared("""{ "not": "No file." }""")).WhyNot);
    }

    [Theory]
    [InlineData("""{ "set": {} }""")]
    [InlineData("""{ "set": { "Layers": 4 } }""")]
    [InlineData("""{ "sett": { "Layers": "4" } }""")]
    [InlineData("""{ "not": "No file.", "set": { "Layers": "4" } }""")]
    [InlineData("true")]
    public void What_is_misspelt_is_refused(string json) =>
        Assert.Contains(
            "has neither a 'set' of smaller settings", Assert.Throws<CourseException>(() => InPage.Of(Declared(json)))
                .Message);

    [Theory]
    [InlineData("""{ "set": { "Depth": "4" } }""", "there is no setting Depth")]
    [InlineData("""{ "set": { "Layers": "4 +\n 1" } }""", "a text of several lines")]
    public void What_does_not_fit_the_settings_is_refused(string json, string why) =>
        Assert.Contains(
            why, Assert.Throws<CourseException>(() => InPage.OfferOf(SettingsCell.Of([Declared(json)])!)).Message);
}
