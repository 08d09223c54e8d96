using System.Text.Json;
using System.Xml.Linq;

namespace TransformersFromScratch.Tests.Figures;

public class GraphFigureTests
{
    private static readonly GraphNode[] s_nodes = [new("x", 0, 0), new("w", 0, 1), new("y = w·x", 1, 0.5)];
    private static readonly (int, int)[] s_arrows = [(0, 2), (1, 2)];

    private static Figure Product(int start = 1) => Plot.Graph(
        "A product", s_nodes, s_arrows, new Slider("step", ["forward", "back"], start), step => step == 0
            ? new GraphStep(["3", "2", "6"], -1, "The values.")
            : new GraphStep(["3\ngradient 2", "2\ngradient 3", "6\ngradient 1"], 2, "Back."));

    private static XElement[] Parts(Figure figure, string name) =>
        [.. XDocument.Parse(figure.ToSvg()).Descendants().Where(e => e.Name.LocalName == name)];

    [Fact]
    public void Boxes_arrows_and_texts_are_those_of_the_start()
    {
        Figure figure = Product();
        Assert.Equal(3, Parts(figure, "rect").Length);
        Assert.Equal(2, Parts(figure, "path").Length);
        string[] texts = [.. Parts(figure, "text").Select(e => e.Value)];
        Assert.Contains("y = w·x", texts);
        Assert.Contains("gradient 3", texts);
        Assert.DoesNotContain("gradient 3", Parts(Product(0), "text").Select(e => e.Value));
        Assert.Contains("w: 2 gradient 3", figure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_active_node_and_its_arrows_are_marked()
    {
        string[] Strokes(Figure figure, string name) =>
            [.. Parts(figure, name).Select(e => e.Attribute("stroke")!.Value)];
        Assert.Equal(["#2b8cd6", "#2b8cd6", "#d55e00"], Strokes(Product(), "rect"));
        Assert.Equal(["#d55e00", "#d55e00"], Strokes(Product(), "path"));
        Assert.DoesNotContain("#d55e00", Strokes(Product(0), "rect"));
    }

    [Fact]
    public void The_script_gets_every_step_and_two_controls_are_multiplied()
    {
        JsonElement steps = PlotTests.Json(Product()).RootElement.GetProperty("steps");
        Assert.Equal("The values.", steps[0][1].GetString());
        Assert.Equal("2\ngradient 3", steps[1][2][1].GetString());
        Figure two = Plot.Graph(
            "", s_nodes, s_arrows, new Selector("walk", ["a", "b"]), new Slider("step", ["0", "1", "2"]),
            (walk, step) => new GraphStep([$"{walk}", $"{step}", ""]));
        JsonElement all = PlotTests.Json(two).RootElement.GetProperty("steps");
        Assert.Equal(6, all.GetArrayLength());
        Assert.Equal(["1", "2"], all[5][2].EnumerateArray().Take(2).Select(text => text.GetString()));
    }

    [Fact]
    public void What_does_not_fit_is_one_clear_sentence()
    {
        void Says(string part, GraphNode[] nodes, (int, int)[] arrows, GraphStep step) => Assert.Contains(
            part, Assert.Throws<ArgumentException>(
                () => Plot.Graph("", nodes, arrows, new Slider("step", ["0"]), _ => step)).Message,
            StringComparison.Ordinal);
        Says("no node", [], [], new GraphStep([]));
        Says("from 0 to 3, but the nodes are 0 to 2", s_nodes, [(0, 3)], new GraphStep(["", "", ""]));
        Says("has 2 texts, but there are 3 nodes", s_nodes, s_arrows, new GraphStep(["", ""]));
    }
}
