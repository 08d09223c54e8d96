using System.Text.Json.Nodes;

namespace Course.Tests;

public class MetadataTests
{
    public static TheoryData<string, string> Faults => new()
    {
        { "polyglot renames the language", "language_info is" },
        { "the kernelspec is another", "kernelspec is" },
        { "a section too many", "jupytext does not belong there" },
        { "a cell without its language", "dotnet_interactive is missing" },
        { "a cell with its own timings", "execution does not belong there" },
        { "a tag of somebody's own", "tags does not belong there" },
        { "prose with metadata", "vscode does not belong there" },
        { "an id twice", "another cell has the same id" },
        { "no id", "the cell has no id" },
        { "an older format", "nbformat is 4.4" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_found_and_fixed_and_nothing_else_changes(string fault, string expected)
    {
        using var course = new SampleCourse();
        JsonNode sound = JsonNode.Parse(File.ReadAllText(course.First))!;
        course.Change(root => Put(fault, root));
        Assert.Contains(
            course.Problems(), problem => problem.File == "notebooks/01-one.ipynb" && problem.What.Contains(expected));
        Assert.Equal(["notebooks/01-one.ipynb"], course.Fix());
        Assert.Empty(course.Problems());
        Assert.Empty(course.Fix());
        JsonNode mended = JsonNode.Parse(File.ReadAllText(course.First))!;
        if (fault is not ("an id twice" or "no id")) { Assert.True(JsonNode.DeepEquals(sound, mended)); }
    }

    [Fact]
    public void A_long_cell_keeps_its_tag()
    {
        using var course = new SampleCourse();
        course.Change(root => root["cells"]![2]!["metadata"]!["tags"] = new JsonArray(ChapterMetadata.LongTag));
        Assert.Empty(course.Problems());
        Assert.Empty(course.Fix());
        Assert.Contains(Notebooks.Notebook.Load(course.First).Cells, ChapterMetadata.IsLong);
    }

    private static void Put(string fault, JsonObject root)
    {
        JsonObject metadata = root["metadata"]!.AsObject(), prose = root["cells"]![0]!.AsObject(),
            code = root["cells"]![2]!.AsObject();
        switch (fault)
        {
            case "polyglot renames the language":
                metadata["language_info"] =
                new JsonObject { ["name"] = "polyglot-notebook" }; break;
            case "the kernelspec is another": metadata["kernelspec"]!["name"] = "python3"; break;
            case "a section too many": metadata["jupytext"] = new JsonObject(); break;
            case "a cell without its language": code["metadata"]!.AsObject().Remove("dotnet_interactive"); break;
            case "a cell with its own timings":
                code["metadata"]!["execution"] =
                new JsonObject { ["iopub.execute_input"] = "2026-01-01" }; break;
            case "a tag of somebody's own": code["metadata"]!["tags"] = new JsonArray("hide-input"); break;
            case "prose with metadata": prose["metadata"]!["vscode"] = new JsonObject(); break;
            case "an id twice": code["id"] = prose["id"]!.DeepClone(); break;
            case "no id": code.Remove("id"); break;
            case "an older format": root["nbformat_minor"] = 4; break;
            default: throw new ArgumentException($"The test knows no fault '{fault}'.", nameof(fault));
        }
    }
}
