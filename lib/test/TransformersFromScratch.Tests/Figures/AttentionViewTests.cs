using System.Text.Json;
using System.Xml.Linq;
using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Figures;

public class AttentionViewTests
{
    private static readonly string[] s_six = "Click a filter to select it".Split(' ');

    [Fact]
    public void The_head_view_draws_a_line_per_weight_as_strong_as_the_weight()
    {
        Matrix<float> weights = Matrix<float>.Build.DenseOfArray(new[,] { { 0.25f, 0.75f }, { 1f, 0f } });
        Figure figure = Plot.HeadView(weights, ["the", "cat"], ["le", "<pad>"], "Lines");
        XElement[] lines = [.. XDocument.Parse(figure.ToSvg()).Descendants().Where(e => e.Name.LocalName == "path")];
        Assert.Equal(["0.25", "0.75", "1"], lines.Select(line => line.Attribute("stroke-opacity")!.Value));
        Assert.Contains("the → <pad> 0.75, cat → le 1", figure.Description, StringComparison.Ordinal);
        Assert.DoesNotContain("<pad>", figure.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Both_views_hold_every_weight_of_every_head()
    {
        IReadOnlyList<Matrix<float>>[] layers = Layers(2, 3);
        foreach (Figure figure in new[] { Plot.HeadView(layers, s_six, s_six, "Heads", 1, 2),
            Plot.ModelView(layers, s_six, s_six, "Model") })
        {
            JsonElement json = PlotTests.Json(figure).RootElement;
            byte[] bytes = json.GetProperty("weights").GetBytesFromBase64();
            int place = 0;
            foreach (float weight in layers.SelectMany(heads => heads).SelectMany(map => map.EnumerateRows())
                .SelectMany(row => row))
                Assert.Equal(weight, BitConverter.ToUInt16(bytes, 2 * place++) / 65535.0, 1e-5);
            Assert.Equal(bytes.Length, 2 * place);
            Assert.InRange(figure.ToHtml().Length, 10_000, 60_000);
        }

        Assert.Contains(
            "layer 2, head 3", Plot.HeadView(layers, s_six, s_six, "", 1, 2).Description, StringComparison.Ordinal);
        Assert.Equal(
            [1, 2], PlotTests.Json(Plot.HeadView(layers, s_six, s_six, "", 1, 2)).RootElement.GetProperty("controls")
                .EnumerateArray().Select(c => c.GetProperty("start").GetInt32()));
    }

    [Fact]
    public void A_large_model_stays_below_its_limit_and_a_larger_one_is_refused()
    {
        string[] words = [.. Enumerable.Range(0, 40).Select(i => $"word{i}")];
        IReadOnlyList<Matrix<float>>[] six =
            [.. Enumerable.Range(0, 6)
                .Select(
                    l =>
                        (IReadOnlyList<Matrix<float>>)[.. Enumerable.Range(0, 8)
                            .Select(h => Samples.Soft(40, 40, (8 * l) + h + 1))])];
        Assert.InRange(Plot.ModelView(six, words, words).ToHtml().Length, 100_000, 300_000);
        Assert.Contains(
            "a view holds", Assert.Throws<ArgumentException>(
                () => Plot.ModelView([.. six, .. six], words, words)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_name_the_place_and_the_remedy()
    {
        Says(
            "layers[0][0] has -1 in row 0, column 1, but a weight is from 0 to 1",
            () => Plot.HeadView(Matrix<float>.Build.DenseOfArray(new[,] { { 1f, -1f } }), ["a"], ["b", "c"]));
        Says("queries has 1 label", () => Plot.HeadView(Samples.Soft(2, 2), ["a"], ["b", "c"]));
        Says("same number of heads", () => Plot.ModelView([Layers(1, 2)[0], Layers(1, 3)[0]], s_six, s_six));
        Says("no layer 2 with a head 0", () => Plot.HeadView(Layers(2, 2), s_six, s_six, "", 2));

        static void Says(string part, Func<object> act) =>
            Assert.Contains(part, Assert.ThrowsAny<ArgumentException>(act).Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<Matrix<float>>[] Layers(int layers, int heads) =>
        [.. Enumerable.Range(0, layers)
            .Select(
                l =>
                    (IReadOnlyList<Matrix<float>>)[.. Enumerable.Range(0, heads)
                        .Select(h => Samples.Soft(6, 6, (10 * l) + h + 1))])];
}
