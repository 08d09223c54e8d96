using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Figures;

public class PlotTests
{
    private static readonly string[] s_words = "Click a filter to select it".Split(' ');

    public static readonly TheoryData<string> Names = [.. Samples.All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_figure_is_small_and_the_same_each_time(string name)
    {
        string html = Samples.All[name]().ToHtml();
        Assert.InRange(html.Length, 1000, 60_000);
        Assert.Equal(html, Samples.All[name]().ToHtml());
        Assert.Equal(Samples.All[name]().ToSvg(), Samples.All[name]().ToSvg());
        // A picture first, then the data, then the script: hosts without scripts have shown it by then.
        int svg = html.IndexOf("<svg", StringComparison.Ordinal),
            json = html.IndexOf("application/json", StringComparison.Ordinal);
        Assert.True(svg > 0 && svg < json && json < html.IndexOf("<script>", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Names))]
    public void The_picture_is_xml_without_script_id_or_fetched_image(string name)
    {
        XDocument svg = XDocument.Parse(Samples.All[name]().ToSvg());
        Assert.Equal("svg", svg.Root!.Name.LocalName);
        Assert.DoesNotContain(
            svg.Descendants(), e => e.Name.LocalName is "script" or "image" or "use" or "foreignObject");
        Assert.DoesNotContain(svg.Descendants().Attributes(), a => a.Name.LocalName is "id" or "href");
        XDocument inline = XDocument.Parse(Inline(Samples.All[name]()));
        Assert.NotEqual("", inline.Root!.Attribute("aria-label")!.Value);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_host_that_strips_svg_finds_the_picture_as_an_image(string name)
    {
        string inline = Inline(Samples.All[name]());
        if (name is "eight heads" or "sixteen heads" or "encoding 64x128")
        {
            Assert.DoesNotContain("<img", inline, StringComparison.Ordinal); // The samples that leave no room for it.
            return;
        }

        XElement image = XDocument.Parse(inline).Root!.Elements().First().Elements().Single();
        Assert.Equal("img", image.Name.LocalName);
        Assert.NotEqual("", image.Attribute("alt")!.Value);
        const string scheme = "data:image/svg+xml,";
        string source = image.Attribute("src")!.Value;
        Assert.StartsWith(scheme, source, StringComparison.Ordinal);
        XElement still = XDocument.Parse(Uri.UnescapeDataString(source[scheme.Length..])).Root!;
        Assert.Equal("svg", still.Name.LocalName);
        Assert.Contains(still.Descendants(), e => e.Name.LocalName == "path");
        Assert.DoesNotContain(still.Descendants(), e => e.Name.LocalName is "title" or "script" or "image");
    }

    [Theory, MemberData(nameof(Names))]
    public void Plotly_gets_data_and_layout_without_the_default_template(string name)
    {
        using JsonDocument json = Json(Samples.All[name]());
        Assert.NotEqual(0, json.RootElement.GetProperty("data").GetArrayLength());
        Assert.False(json.RootElement.GetProperty("layout").TryGetProperty("template", out _));
        Assert.False(json.RootElement.GetProperty("config").GetProperty("displayModeBar").GetBoolean());
        Assert.False(json.RootElement.GetProperty("config").GetProperty("typesetMath").GetBoolean());
    }

    [Theory, MemberData(nameof(Names))]
    public void The_plot_lies_in_the_same_place_still_and_live(string name)
    {
        Figure figure = Samples.All[name]();
        JsonElement layout = Json(figure).RootElement.GetProperty("layout");
        Assert.Equal(figure.Spec.Width, layout.GetProperty("width").GetDouble());
        Assert.Equal(figure.Spec.Height, layout.GetProperty("height").GetDouble());
        Assert.Equal(figure.Spec.Panels.Min(p => p.X), layout.GetProperty("margin").GetProperty("l").GetDouble(), 0.01);
        Assert.Equal(figure.Spec.Panels.Min(p => p.Y), layout.GetProperty("margin").GetProperty("t").GetDouble(), 0.01);
        Assert.All(figure.Spec.Panels, p =>
        {
            Assert.InRange(p.X + p.Width, 0, figure.Spec.Width);
            Assert.InRange(p.Y + p.Height, 0, figure.Spec.Height);
        });
    }

    [Fact]
    public void A_heatmap_reads_queries_down_keys_across_from_zero()
    {
        Matrix<float> weights = Matrix<float>.Build.DenseOfArray(
            new[,] { { 0.25f, 0.75f }, { 0.123456f, 0.5f }, { 0f, 1f } });
        Figure figure = Plot.Heatmap(weights, ["a", "b", "c"], ["d", "e"], "T");
        JsonElement json = Json(figure).RootElement;
        JsonElement z = json.GetProperty("data")[0].GetProperty("z");
        Assert.Equal([0.1235, 0.5], z[1].EnumerateArray().Select(v => v.GetDouble()));
        JsonElement layout = json.GetProperty("layout");
        Assert.Equal(
            [2.5, -0.5], layout.GetProperty("yaxis").GetProperty("range").EnumerateArray().Select(v => v.GetDouble()));
        Assert.Equal("query", layout.GetProperty("yaxis").GetProperty("title").GetProperty("text").GetString());
        Assert.Equal("key", layout.GetProperty("xaxis").GetProperty("title").GetProperty("text").GetString());
        Assert.Equal(0, layout.GetProperty("coloraxis").GetProperty("cmin").GetDouble());
        Assert.Equal(1, layout.GetProperty("coloraxis").GetProperty("cmax").GetDouble());

        // In the picture, b → d is in the second row and first column, in the colour of 0.12 of the way.
        XElement cell = Cells(figure).Single(c => c.Value == "b → d: 0.1235");
        Assert.Equal("M0 1h1v1h-1z", cell.Attribute("d")!.Value);
        Assert.Equal(Palette.At(0.1235), cell.Attribute("fill")!.Value);
    }

    [Fact]
    public void Still_and_live_have_the_same_colours()
    {
        JsonElement scale = Json(Plot.Heatmap(Samples.Soft(3, 3))).RootElement.GetProperty("layout")
            .GetProperty("coloraxis").GetProperty("colorscale");
        Assert.All(scale.EnumerateArray(), stop => Assert.Equal(Palette.At(stop[0].GetDouble()), stop[1].GetString()));
        Assert.Equal("#440154", Palette.At(-1));
        Assert.Equal("#fde725", Palette.At(2));
    }

    [Fact]
    public void Negative_numbers_make_the_scale_symmetric_and_given_ends_are_kept()
    {
        Matrix<float> signed = Matrix<float>.Build.DenseOfArray(new[,] { { -0.5f, 2f } });
        Assert.Equal((-2, 2), (Plot.Heatmap(signed).Spec.Color!.Min, Plot.Heatmap(signed).Spec.Color!.Max));
        ColorScale given = Plot.Heatmap(signed, zMin: -1, zMax: 3).Spec.Color!;
        Assert.Equal((-1, 3), (given.Min, given.Max));
        Assert.Contains(
            "zMin = 2 to zMax = 1", Assert.Throws<ArgumentException>(
                () => Plot.Heatmap(signed, zMin: 2, zMax: 1)).Message);
        Assert.Throws<ArgumentException>(() => Plot.Heatmap(signed, zMin: float.NaN));
        Assert.Throws<ArgumentException>(() => Plot.Heatmap(Samples.Soft(2, 2), zMax: -1));
        Assert.Equal((0, 1), (Plot.Heatmap(signed * 0).Spec.Color!.Min, Plot.Heatmap(signed * 0).Spec.Color!.Max));
    }

    [Fact]
    public void A_number_that_rounds_to_zero_has_no_sign()
    {
        var matrix = Matrix<float>.Build.DenseOfArray(new[,] { { -0.001f, -0.5f }, { 0.4f, -0.0f } });
        string picture = Plot.Heatmap(matrix, ["a", "b"], ["a", "b"]).ToHtml().Split("</svg>")[0];
        Assert.Equal(2, Regex.Count(picture, ">0\\.00</text>"));
        Assert.Contains(">−0.50</text>", picture);
        Assert.DoesNotContain("−0.00", picture);
    }

    [Fact]
    public void Equal_labels_stay_apart()
    {
        string[] words = ["the", "cat", "saw", "the"];
        JsonElement axis = Json(Plot.Heatmap(Samples.Soft(4, 4), words, words)).RootElement.GetProperty("layout")
            .GetProperty("xaxis");
        Assert.Equal([0, 1, 2, 3], axis.GetProperty("tickvals").EnumerateArray().Select(v => v.GetDouble()));
        Assert.Equal(words, axis.GetProperty("ticktext").EnumerateArray().Select(v => v.GetString()));
        Assert.False(axis.TryGetProperty("type", out JsonElement type) && type.GetString() == "category");

        JsonElement bars = Json(Plot.Bars(words, new double[] { 1, 2, 3, 4 })).RootElement;
        Assert.Equal(
            [0, 1, 2, 3], bars.GetProperty("data")[0].GetProperty("x").EnumerateArray().Select(v => v.GetDouble()));
    }

    [Fact]
    public void Text_cannot_become_markup_anywhere()
    {
        const string bad = "</script><script>alert(1)</script>&\"'<b>\n";
        string[] labels = [bad, "<pad>"];
        Figure[] figures =
        [
            Plot.Heatmap(Samples.Soft(2, 2), labels, labels, bad, bad, bad),
            Plot.Heads([Samples.Soft(2, 2)], labels, labels, bad, [bad]),
            Plot.Lines(bad, bad, bad, new Series(bad, [1, 2], [3, 4]) { Labels = labels }, new Series(bad, [1], [2])),
            Plot.Scatter(bad, bad, bad, new Series(bad, [1, 2], [3, 4]) { Labels = labels }),
            Plot.Bars(labels, new double[] { 1, 2 }, bad, bad),
            Plot.Frames([Plot.Heatmap(Samples.Soft(2, 2), labels)], [bad], bad, bad),
        ];
        foreach (Figure figure in figures)
        {
            string html = figure.ToHtml();
            Assert.Equal(2, html.Split("</script>").Length - 1); // the data's and the script's own
            Assert.DoesNotContain("<script>alert", html);
            Assert.DoesNotContain("<pad>", html);
            Assert.DoesNotContain("<b>\n", html);
            XDocument.Parse(figure.ToSvg());
            XDocument.Parse(Inline(figure));
            // Plotly reads tags in its texts, so they are escaped there once more.
            Assert.DoesNotContain("<pad>", JsonText(figure).Replace("\\u003c", "<", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Long_labels_are_shortened_and_whole_under_the_pointer()
    {
        string[] labels = ["internationalisation-of-everything", "a"];
        Figure figure = Plot.Heatmap(Samples.Soft(2, 2), labels, labels);
        Assert.Contains(
            "internationali…", figure.ToSvg().Replace("internationalis…", "internationali…", StringComparison.Ordinal));
        Assert.Contains(
            Cells(figure), c => c.Value.StartsWith("internationalisation-of-everything → a", StringComparison.Ordinal));
        JsonElement json = Json(figure).RootElement;
        Assert.EndsWith("…", json.GetProperty("layout").GetProperty("xaxis").GetProperty("ticktext")[0].GetString());
        Assert.Equal(labels[0], json.GetProperty("data")[0].GetProperty("meta").GetProperty("rows")[0].GetString());
        // A character of two code units is not cut in half.
        Assert.Equal("😀😀…", FigureText.Elide("😀😀😀😀", 3));
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_gaps_and_are_mentioned()
    {
        Matrix<float> masked = Matrix<float>.Build.DenseOfArray(
            new[,] { { 1f, float.NegativeInfinity }, { float.NaN, 2f } });
        Figure figure = Plot.Heatmap(masked, ["a", "b"], ["c", "d"]);
        Assert.Contains("1 cell is not a finite number", figure.ToHtml());
        Assert.Contains("1 cell is not a finite number", figure.ToSvg());
        Assert.Contains("1 cell is not a finite number", figure.ToString());
        Assert.Contains("1 of 4 cells is −∞", figure.ToString());
        Assert.Contains(Cells(figure), c => c.Value == "a → d: −∞" && c.Attribute("fill")!.Value == "none");
        Assert.Contains(Cells(figure), c => c.Value == "b → c: NaN" && c.Attribute("fill")!.Value == "none");
        Assert.Equal("NaN", Json(figure).RootElement.GetProperty("data")[0].GetProperty("z")[0][1].GetString());

        Figure all = Plot.Heatmap(masked * float.NaN);
        Assert.Contains("none of them finite", all.Description);

        Figure line = Plot.Lines(
            "", "x", "y", new Series("s", [0, 1, 2, 3], [1, double.NaN, double.PositiveInfinity, 2]));
        Assert.Contains("2 values are not finite numbers", line.ToHtml());
        // The line stops before the gap and starts anew after it.
        Assert.Contains(
            XDocument.Parse(line.ToSvg()).Descendants(),
            e => e.Attribute("d")?.Value.Count(c => c == 'M') == 2 && !e.Attribute("d")!.Value.Contains('L'));
    }

    [Fact]
    public void AGapOnPurposeIsNotReported()
    {
        var gap = new Series("two runs", [1, 2, 2, 1, 2], [3, 4, double.NaN, 5, 6]);
        Assert.Contains("1 value is not a finite number", Plot.Lines("", "x", "y", gap).ToHtml());
        Assert.DoesNotContain("finite number", Plot.Lines("", "x", "y", gap with { Gaps = true }).ToHtml());
    }

    [Fact]
    public void ALevelIsDrawnAcrossAllBarsAndTold()
    {
        Figure figure = Plot.Bars(["a", "b"], [1.0, 2], level: ("half", 0.5));
        Assert.Contains("A dashed line at 0.5: half.", figure.ToHtml());
        Assert.Equal(2, figure.Spec.Panels[0].Curves.Length);
        Assert.Equal([-0.5, 1.5], figure.Spec.Panels[0].Curves[1].X);
    }

    [Fact]
    public void What_is_shown_is_what_was_given()
    {
        double[] y = [1.0, 1.3, 75.5, 100.7, 0.02, 12345.6, -2.5];
        Figure figure = Plot.Lines(
            "", "x", "y", new Series("s", y.Select((_, i) => (double)i), y) { Lower = y, Upper = y });
        JsonElement[] traces = [.. Json(figure).RootElement.GetProperty("data").EnumerateArray()];
        Assert.Equal(
            [1.0, 1.3, 75.5, 100.7, 0.02, 12350, -2.5],
            traces[1].GetProperty("y").EnumerateArray().Select(v => v.GetDouble()));
        Assert.Equal(
            [1.0, 1.3, 75.5, 100.7, 0.02, 12350, -2.5],
            traces[0].GetProperty("y").EnumerateArray().Take(7).Select(v => v.GetDouble()));
        JsonElement bars = Json(Plot.Bars(["a", "b"], [("base", [18.9, 0.02]), ("big", [37.9, 75.5])])).RootElement
            .GetProperty("data");
        Assert.Equal([37.9, 75.5], bars[1].GetProperty("y").EnumerateArray().Select(v => v.GetDouble()));
    }

    [Theory]
    [InlineData(64, 128)]
    [InlineData(100, 100)]
    [InlineData(128, 128)]
    public void A_large_heatmap_is_packed_to_within_a_small_step(int rows, int columns)
    {
        Matrix<float> encoding = Samples.Sinusoids(rows, columns);
        encoding[3, 4] = float.NaN;
        JsonElement trace = Json(Plot.Encoding(encoding)).RootElement.GetProperty("data")[0];
        byte[] bytes = trace.GetProperty("z").GetProperty("bdata").GetBytesFromBase64();
        bool wide = trace.GetProperty("z").GetProperty("dtype").GetString() == "i2";
        Assert.Equal(rows * columns <= 8192, wide);
        double step = trace.GetProperty("meta").GetProperty("step").GetDouble();
        for (int i = 0; i < rows * columns; i++)
        {
            int packed = wide ? BitConverter.ToInt16(bytes, 2 * i) : (sbyte)bytes[i];
            if (i == (3 * columns) + 4)
                Assert.Equal(trace.GetProperty("meta").GetProperty("gap").GetInt32(), packed);
            else
                Assert.Equal(
                    encoding[i / columns, i % columns],
                    trace.GetProperty("meta").GetProperty("zero").GetDouble() + (packed * step), (step / 2) + 1e-4);
        }
    }

    [Fact]
    public void The_compact_picture_shows_every_cell_once_in_its_colour()
    {
        Matrix<float> m = Samples.Sinusoids(40, 30);
        Figure figure = Plot.Encoding(m);
        var painted = new Dictionary<(int Row, int Column), string>();
        foreach (XElement path in XDocument.Parse(figure.ToSvg()).Descendants()
            .Where(
                e => e.Attribute("stroke") is not null
                    && e.Parent!.Attribute("transform")?.Value is "translate(0 .5)" or "translate(.5 0)"))
        {
            bool down = path.Parent!.Attribute("transform")!.Value == "translate(.5 0)";
            Assert.All(
                Runs(path.Attribute("d")!.Value),
                cell => Assert.True(painted.TryAdd((cell.Y, cell.X), path.Attribute("stroke")!.Value)));
            Assert.Equal(down, path.Attribute("d")!.Value.Contains('v'));
        }

        Assert.Equal(40 * 30, painted.Count);
        double levels = painted.Values.Distinct().Count();
        Assert.InRange(levels, 20, 48);
        foreach (((int row, int column), string color) in painted)
        {
            double nearest = Enumerable.Range(0, 4801).Select(k => k / 4800.0)
                .First(f => Palette.At(f, Palette.Diverging) == color);
            Assert.Equal((m[row, column] + 1) / 2, nearest, 1 / levels);
        }
    }

    [Fact]
    public void Beyond_its_limit_a_heatmap_says_what_it_leaves_out()
    {
        Figure figure = Plot.Encoding(Samples.Sinusoids(100, 512));
        Assert.Contains("Every 5th column is shown.", figure.ToHtml());
        Assert.Equal(["0", "5", "10"], figure.Spec.Panels[0].Across.Labels.Take(3));
        Assert.Contains("100 positions × 512 dimensions", figure.Description);
    }

    [Fact]
    public void Heads_share_one_scale_and_label_only_the_edge()
    {
        Matrix<float>[] heads = [.. Enumerable.Range(1, 8).Select(h => Samples.Soft(14, 14, h))];
        Figure figure = Plot.Heads(heads);
        JsonElement json = Json(figure).RootElement;
        Assert.Equal(8, json.GetProperty("data").GetArrayLength());
        Assert.All(
            json.GetProperty("data").EnumerateArray(),
            t => Assert.Equal("coloraxis", t.GetProperty("coloraxis").GetString()));
        Assert.Equal("x8", json.GetProperty("data")[7].GetProperty("xaxis").GetString());
        Assert.Equal(FigureText.Round(heads.Max(h => h.Enumerate().Max()), 4), figure.Spec.Color!.Max);
        Assert.Equal(
            [true, false, false, false, true, false, false, false], figure.Spec.Panels.Select(p => p.Down.ShowTicks));
        Assert.Equal(
            [false, false, false, false, true, true, true, true], figure.Spec.Panels.Select(p => p.Across.ShowTicks));
        Assert.Contains(
            "<b>head 8</b>", json.GetProperty("layout").GetProperty("annotations")[7].GetProperty("text").GetString());
    }

    [Fact]
    public void Errors_name_both_sides_and_what_to_do()
    {
        Matrix<float> m = Samples.Soft(3, 4);
        Says("matrix is 3×4, but rows has 2 labels for its 3 rows", () => Plot.Heatmap(m, ["a", "b"]));
        Says("matrix is 3×4, but columns has 1 label for its 4 columns", () => Plot.Heatmap(m, null, ["a"]));
        Says("heads[1] is 4×4, but heads[0] is 3×4", () => Plot.Heads([m, Samples.Soft(4, 4)]));
        Says("2 heads, but 1 names", () => Plot.Heads([m, m], names: ["a"]));
        Says("no head", () => Plot.Heads([]));
        Says("65 heads", () => Plot.Heads([.. Enumerable.Repeat(m, 65)]));
        Says("rows[1] is null", () => Plot.Heatmap(m, ["a", null!, "c"]));
        Says("2 x and 1 y", () => new Series("s", [1, 2], [1]));
        Says("no point", () => new Series("s", [], []));
        Says("nothing to draw", () => Plot.Lines("", "x", "y"));
        Says(
            "x axis is logarithmic, but 0 is not above zero",
            () => Plot.Lines("", Axis.Logarithmic("x"), "y", new Series("s", [0, 1], [1, 2])));
        Says(
            "y axis would run from 1 to 0",
            () => Plot.Lines("", "x", new Axis("y") { Min = 1, Max = 0 }, new Series("s", [0, 1], [1, 2])));
        Says("one edge of a band", () => Plot.Lines("", "x", "y", new Series("s", [0, 1], [1, 2]) { Lower = [0, 1] }));
        Says(
            "2 points, but 3 Labels",
            () => Plot.Scatter("", "x", "y", new Series("s", [0, 1], [1, 2]) { Labels = ["a", "b", "c"] }));
        Says("4001 points", () => Plot.Lines("", "x", "y", new Series("s", new double[4001], new double[4001])));
        Says("2 labels, but 3 values", () => Plot.Bars(["a", "b"], new double[] { 1, 2, 3 }));
        Says("in group \"big\"", () => Plot.Bars(["a", "b"], [("base", [1.0, 2]), ("big", [1.0])]));
        Says("no bar", () => Plot.Bars([], Array.Empty<double>()));
        Says("1 figures, but 2 labels", () => Plot.Frames([Plot.Heatmap(m)], ["a", "b"]));
        Assert.Throws<ArgumentNullException>(() => Plot.Heatmap(null!));
        Assert.Throws<ArgumentNullException>(() => Plot.Heads([m, null!]));
        Assert.Throws<ArgumentNullException>(() => Plot.Encoding(null!));
        Assert.Throws<ArgumentNullException>(() => Plot.Lines("", "x", "y", null!));
        Assert.Throws<ArgumentNullException>(() => Plot.Bars(null!, new double[] { 1 }));

        static void Says(string text, Func<object> draw) =>
            Assert.Contains(text, Assert.Throws<ArgumentException>(() => { draw(); }).Message);
    }

    [Fact]
    public void An_empty_matrix_is_refused_in_words()
    {
        Matrix<float> empty;
        try
        {
            empty = Matrix<float>.Build.Dense(0, 3);
        }
        catch (ArgumentOutOfRangeException)
        {
            return; // MathNet refuses to make one.
        }

        Assert.Contains("0×3", Assert.Throws<ArgumentException>(() => Plot.Heatmap(empty)).Message);
        Assert.Contains("0×3", Assert.Throws<ArgumentException>(() => Plot.Encoding(empty)).Message);
        Assert.Contains("0×3", Assert.Throws<ArgumentException>(() => Table.Of(empty)).Message);
    }

    [Fact]
    public void A_figure_is_text_where_there_is_only_text()
    {
        string text = Plot.Heatmap(Samples.Soft(6, 6), s_words, s_words, "Weights").ToString();
        Assert.StartsWith("Weights\nHeatmap of 6×6 numbers (query × key), from ", text);
        Assert.Equal(9, text.Split('\n').Length);
        Assert.Contains("filter", text);
    }

    [Fact]
    public void A_picture_is_saved_whole_and_over_an_older_one()
    {
        string folder = Directory.CreateTempSubdirectory("figure").FullName;
        string path = Path.Combine(folder, "deep", "figure.svg");
        Figure figure = Plot.Heatmap(Samples.Soft(3, 3), title: "Saved");
        figure.SaveSvg(path);
        figure.SaveSvg(path);
        Assert.Equal(figure.ToSvg(), File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
        // A folder stands where the file should go: an error, and nothing is left behind.
        string taken = Path.Combine(folder, "taken");
        Directory.CreateDirectory(taken);
        Assert.ThrowsAny<Exception>(() => figure.SaveSvg(taken));
        Assert.Empty(Directory.GetFiles(folder));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Ticks_are_round_numbers_within_the_axis()
    {
        Assert.Equal([0, 0.2, 0.4, 0.6, 0.8, 1], Ticks.Linear(0, 1, 5));
        Assert.Equal([-1, -0.5, 0, 0.5, 1], Ticks.Linear(-1, 1, 5));
        Assert.Equal([1, 10, 100, 1000], Ticks.Logarithmic(0.9, 1100));
        Assert.Equal(
            ["0", "20k", "−1.5M", "2B", "1e-5", "0.0001"],
            new[] { 0, 20_000, -1.5e6, 2e9, 1e-5, 1e-4 }.Select(FigureText.Tick)
                .Select(t => t.Replace("e−5", "e-5", StringComparison.Ordinal)));
    }

    internal static JsonDocument Json(Figure figure) => JsonDocument.Parse(JsonText(figure));

    private static string JsonText(Figure figure) =>
        Between(figure.ToHtml(), "<script type=\"application/json\">", "</script>");

    private static string Inline(Figure figure) => Between(figure.ToHtml(), "min-width:", "</svg><script") is var box
        ? box[box.IndexOf("<svg", StringComparison.Ordinal)..] + "</svg>"
        : throw new UnreachableException();

    private static string Between(string text, string start, string end)
    {
        int from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    /// <summary>Each cell's path, whose value is what shows under the pointer.</summary>
    internal static IEnumerable<XElement> Cells(Figure figure) =>
        XDocument.Parse(figure.ToSvg()).Descendants().Where(e => e.Name.LocalName == "path" && e.HasElements);

    /// <summary>The unit squares that a path such as "M3 0v5m1-3v2" covers.</summary>
    private static IEnumerable<(int X, int Y)> Runs(string path)
    {
        (int x, int y) = (0, 0);
        foreach (System.Text.RegularExpressions.Match part in System.Text.RegularExpressions.Regex.Matches(
            path, @"([Mmhv])(-?\d+)(?: ?(-?\d+))?"))
        {
            int first = int.Parse(part.Groups[2].Value);
            int second = part.Groups[3].Success ? int.Parse(part.Groups[3].Value) : 0;
            switch (part.Groups[1].Value)
            {
                case "M":
                    (x, y) = (first, second);
                    break;
                case "m":
                    (x, y) = (x + first, y + second);
                    break;
                case "h":
                    for (int i = 0; i < first; i++)
                        yield return (x++, y);
                    break;
                default:
                    for (int i = 0; i < first; i++)
                        yield return (x, y++);
                    break;
            }
        }
    }

    [Fact]
    public void A_plane_has_room_about_its_outermost_points()
    {
        Panel panel = Plot.Plane("", "first", "second", new Series("values", [9, 0, 3], [0, 9, 3])).Spec.Panels[0];
        Assert.True(
            panel.Across.Min < 0 && panel.Across.Max > 9, $"across from {panel.Across.Min} to {panel.Across.Max}");
        Assert.True(panel.Down.Min < 0 && panel.Down.Max > 9, $"up from {panel.Down.Min} to {panel.Down.Max}");
    }

    [Theory]
    [InlineData(1, 400)] // a square
    [InlineData(5, 600)] // four clocks in a row
    public void A_plane_is_as_wide_as_its_picture_needs_and_keeps_circles_round(double across, double width)
    {
        ChartSpec spec = Plot.Plane("", "first", "second", new Series("", [0, across], [0, 1])).Spec;
        Panel panel = spec.Panels[0];
        Assert.Equal(width, panel.Width, 6);
        Assert.Equal(
            panel.Width / (panel.Across.Max - panel.Across.Min), panel.Height / (panel.Down.Max - panel.Down.Min), 6);
        Assert.True(spec.Width < 700, $"{spec.Width} pixels: such a chart is stretched to its column");
    }

    [Fact]
    public void The_names_above_a_plane_are_wrapped_at_its_own_width()
    {
        string[] names = ["the three values", "their triangle", "its way", "what 'it' takes home"];
        ChartSpec spec = Plot.Plane("", "first", "second",
            [.. names.Select(name => new Series(name, [9, 0, 3], [0, 9, 3]))]).Spec;
        Assert.True(spec.Width < 500);
        Assert.All(spec.Legend, entry => Assert.True(
            entry.X + 26 + FigureText.Width(entry.Name, spec.FontSize) <= spec.Width, $"{entry.Name} is cut off"));
        Assert.True(spec.Legend.Max(entry => entry.Y) + 20 < spec.Panels[0].Y, "a name lies on the plot");
    }
}
