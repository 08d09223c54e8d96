using System.Text.Json.Nodes;
using TransformersFromScratch.Tests.Goldens;

namespace TransformersFromScratch.Tests.Chapters;

/// <summary>
/// Chapter 6 compares its backward passes with libtorch's: those of its file are those that the library is tested with.
/// </summary>
public class Chapter06Tests
{
    [Theory]
    [InlineData("linear")]
    [InlineData("softmax")]
    [InlineData("layer_norm")]
    [InlineData("sdpa_causal")]
    public void The_chapters_file_holds_the_goldens(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "data", "golden-backward.json")))
        {
            folder = folder.Parent ?? throw new FileNotFoundException(
                "No folder above the tests has data/golden-backward.json.");
        }

        JsonNode golden = JsonNode.Parse(File.ReadAllText(Path.Combine(GoldenCase.Folder, name + ".json")))!;
        JsonNode chapters = JsonNode.Parse(
            File.ReadAllText(Path.Combine(folder.FullName, "data", "golden-backward.json")))![name]!;
        Assert.True(JsonNode.DeepEquals(golden, chapters));
    }
}
