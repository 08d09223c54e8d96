using System.Text.Json;
using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Figures;

public class InteractiveTests
{
    private static readonly string[] s_six = "Click a filter to select it".Split(' ');

    [Fact]
    public void Every_stop_gives_back_the_chart_that_its_figure_has()
    {
        Matrix<float>[] maps = [.. Enumerable.Range(1, 4).Select(seed => Samples.Soft(6, 6, seed))];
        Figure figure = Plot.Interactive(
            "Maps", new Slider("head", ["1", "2", "3", "4"], 2),
            i => Plot.Heatmap(maps[i], s_six, s_six, zMin: 0, zMax: 1));
        using JsonDocument json = PlotTests.Json(figure);
        Assert.Equal(2, json.RootElement.GetProperty("controls")[0].GetProperty("start").GetInt32());
        Assert.Equal("{}", json.RootElement.GetProperty("stops")[2].GetRawText());
        for (int stop = 0; stop < 4; stop++)
        {
            JsonElement z = stop == 2
                ? json.RootElement.GetProperty("data")[0].GetProperty("z")
                : json.RootElement.GetProperty("stops")[stop].GetProperty("data.0.z");
            double[] shown = z.ValueKind == JsonValueKind.Array
                ? [.. z.EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(v => v.GetDouble())]
                : Unpacked(z);
            double[] wanted = [.. maps[stop].EnumerateRows().SelectMany(row => row).Select(v => (double)v)];
            Assert.Equal(36, shown.Length);
            Assert.All(shown.Zip(wanted), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
        }
    }

    [Fact]
    public void Two_controls_number_their_stops_as_rows_and_columns()
    {
        var asked = new List<(int, int)>();
        Figure figure = Plot.Interactive(
            "", new Selector("layer", ["1", "2"], 1), new Selector("head", ["1", "2", "3"], 2), (layer, head) =>
        {
            asked.Add((layer, head));
            return Plot.Bars(["a", "b"], new double[] { layer, head });
        });
        Assert.Equal([(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)], asked);
        JsonElement json = PlotTests.Json(figure).RootElement;
        Assert.Equal("[1.0,2.0]", json.GetProperty("data")[0].GetProperty("y").GetRawText());
        Assert.Equal(6, json.GetProperty("stops").GetArrayLength());
        Assert.Equal("{}", json.GetProperty("stops")[5].GetRawText());
        Assert.Equal(
            "[0,1]", json.GetProperty("stops")[1].GetProperty("data.0.y").GetRawText()
                .Replace(".0", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Axes_and_colours_are_the_same_at_all_stops_unless_asked()
    {
        Figure Rising(bool oneScale) =>
            Plot.Interactive(
                "", new Slider("slope", ["1", "10"]),
                i => Plot.Lines("", "x", "y", new Series("", [0, 1], [0, i == 0 ? 1 : 10])), oneScale);
        Assert.True(Rising(true).Spec.Panels[0].Down.Max >= 10);
        Assert.InRange(Rising(false).Spec.Panels[0].Down.Max, 1, 2);
        string[] changed =
            [.. PlotTests.Json(Rising(true)).RootElement.GetProperty("stops")[1].EnumerateObject()
                .Select(change => change.Name)];
        Assert.Equal(["data.0.y"], changed);
        Assert.Contains(
            "layout.yaxis.range", PlotTests.Json(Rising(false)).RootElement.GetProperty("stops")[1].EnumerateObject()
                .Select(change => change.Name));

        Figure colors = Plot.Interactive(
            "", new Slider("sign", ["plus", "minus"]), i => Plot.Heatmap(Samples.Soft(3, 3) * (i == 0 ? 3 : -1)));
        Assert.True(colors.Spec.Color!.Diverging);
        Assert.Equal(-colors.Spec.Color.Max, colors.Spec.Color.Min);
    }

    [Fact]
    public void Labels_may_differ_and_none_is_cut()
    {
        string[][] sentences = [["a", "b"], ["a", "internationally"]];
        Figure figure = Plot.Interactive(
            "", new Selector("sentence", ["short", "long"]),
            i => Plot.Heatmap(Samples.Soft(2, 2), sentences[i], sentences[i]));
        double alone = Plot.Heatmap(Samples.Soft(2, 2), sentences[1], sentences[1]).Spec.Panels[0].X;
        Assert.Equal(alone, figure.Spec.Panels[0].X);
        Assert.True(figure.Spec.Width >= Plot.Heatmap(Samples.Soft(2, 2), sentences[1], sentences[1]).Spec.Width);
        Assert.Equal(
            "internationally", PlotTests.Json(figure).RootElement.GetProperty("stops")[1]
                .GetProperty("layout.yaxis.ticktext")[1].GetString());

        // Another shape of the matrix, too.
        Figure longer = Plot.Interactive(
            "", new Slider("words", ["2", "3"]), i => Plot.Heatmap(Samples.Soft(2 + i, 2 + i)));
        Assert.True(longer.Spec.Width >= Plot.Heatmap(Samples.Soft(3, 3)).Spec.Width);
    }

    [Fact]
    public void The_still_picture_shows_the_start_and_names_it()
    {
        Figure figure = Plot.Interactive(
            "Softmax", new Slider("temperature", ["0.5", "1", "2"], 1),
            i => Plot.Bars(["a", "b"], new double[] { i, 1 }, $"case {i}"));
        Assert.Contains("temperature 1, one of 3 stops", figure.ToSvg(), StringComparison.Ordinal);
        Assert.Contains("temperature 1, one of 3 stops", figure.ToHtml(), StringComparison.Ordinal);
        Assert.Equal("Softmax: case 1", figure.Title);
        Assert.Contains(
            "Slider \"temperature\": 3 stops, 0.5 to 2, starting at 1.", figure.Description, StringComparison.Ordinal);
        Assert.Contains("a 1, b 1", figure.Description, StringComparison.Ordinal);
        JsonElement json = PlotTests.Json(figure).RootElement;
        Assert.Equal(
            ["Softmax: case 0", "Softmax: case 1", "Softmax: case 2"],
            json.GetProperty("titles").EnumerateArray().Select(t => t.GetString()));
        Assert.Equal(3, json.GetProperty("says").GetArrayLength());
    }

    [Fact]
    public void Frames_are_a_slider_that_starts_at_the_first()
    {
        Figure[] layers = [.. new[] { 0.5f, 2f, 1f }.Select(s => Plot.Heatmap(Samples.Soft(3, 3) * s))];
        Figure figure = Plot.Frames(layers, ["1", "2", "3"], "Layers", "layer");
        Assert.Equal(layers.Max(l => l.Spec.Color!.Max), figure.Spec.Color!.Max);
        JsonElement control = PlotTests.Json(figure).RootElement.GetProperty("controls")[0];
        Assert.Equal(
            ("slider", "layer", 0),
            (control.GetProperty("kind").GetString(), control.GetProperty("name")
                .GetString(), control.GetProperty("start").GetInt32()));
    }

    [Fact]
    public void A_logarithmic_axis_keeps_its_small_numbers()
    {
        double[] x = [.. Enumerable.Range(0, 30).Select(i => (double)i)];
        Figure figure = Plot.Interactive(
            "", new Slider("base", ["2", "3"]),
            b => Plot.Lines("", "n", Axis.Logarithmic("power"), new Series("", x, x.Select(n => Math.Pow(2 + b, n)))));
        JsonElement y = PlotTests.Json(figure).RootElement.GetProperty("stops")[1].GetProperty("data.0.y");
        Assert.Equal([1, 3, 9], y.EnumerateArray().Take(3).Select(v => v.GetDouble()));
    }

    [Fact]
    public void Many_stops_stay_small_and_too_many_are_refused()
    {
        double[] x = [.. Enumerable.Range(0, 100).Select(i => i / 10.0)];
        Figure figure = Plot.Interactive(
            "", new Slider("t", [.. Enumerable.Range(1, 40).Select(t => $"{t}")]),
            i => Plot.Lines("", "x", "y", new Series("", x, x.Select(v => Math.Sin(v * (i + 1) / 10)))));
        Assert.InRange(figure.ToHtml().Length, 10_000, 60_000);
        Assert.InRange(
            Plot.Interactive(
                "", new Selector("layer", ["1", "2", "3", "4", "5", "6"]),
                new Selector("head", ["1", "2", "3", "4", "5", "6", "7", "8"]), (l, h) =>
            Plot.Heatmap(Samples.Soft(16, 16, (8 * l) + h))).ToHtml().Length, 10_000, 100_000);
        Says(
            "the figure takes", () => Plot.Interactive(
                "", new Slider("t", [.. Enumerable.Range(1, 60).Select(t => $"{t}")]),
                i => Plot.Heatmap(Samples.Soft(64, 64, i + 1))));
        Says(
            "= 625 stops", () => Plot.Interactive(
                "", new Slider("a", [.. Enumerable.Repeat("x", 25)]), new Slider("b", [.. Enumerable.Repeat("x", 25)]),
                (_, _) => Plot.Heatmap(Samples.Soft(2, 2))));
    }

    [Fact]
    public void Errors_say_which_stop_and_what_to_give()
    {
        Says(
            "At t 2 there is a chart of lines, points or bars, but at t 1 a heatmap",
            () => Plot.Interactive(
                "", new Slider("t", ["1", "2"]),
                i => i == 0 ? Plot.Heatmap(Samples.Soft(2, 2)) : Plot.Bars(["a"], new double[] { 1 })));
        Says(
            "At t 1 there is no heatmap and no chart",
            () => Plot.Interactive(
                "", new Slider("t", ["1"]), i => Plot.HeadView(Samples.Soft(2, 2), ["a", "b"], ["a", "b"])));
        Says("needs at least one stop", () => new Slider("t", []));
        Says("would start at stop 3, but its 2 stops are numbered from 0 to 1", () => new Selector("t", ["a", "b"], 3));
    }

    private static double[] Unpacked(JsonElement packed)
    {
        byte[] bytes = packed.GetProperty("$").GetBytesFromBase64();
        double zero = packed.GetProperty("z").GetDouble(), step = packed.GetProperty("s").GetDouble();
        return [.. Enumerable.Range(0, bytes.Length / 2)
            .Select(i => zero + (step * BitConverter.ToInt16(bytes, 2 * i)))];
    }

    private static void Says(string part, Func<object> act) =>
        Assert.Contains(part, Assert.ThrowsAny<ArgumentException>(act).Message, StringComparison.OrdinalIgnoreCase);
}
