using System.Text.Json;
using System.Xml.Linq;

namespace TransformersFromScratch.Tests.Figures;

public class TokensFigureTests
{
    private static TokenRow[] Words(int merges) =>
    [
        new("newest", ((string[])["n e w e s t", "n e w es t", "n e w est"])[merges].Split(' ')),
        new("lowest", ((string[])["l o w e s t", "l o w es t", "l o w est"])[merges].Split(' ')),
    ];

    private static string[] Texts(Figure figure) =>
        [.. XDocument.Parse(figure.ToSvg()).Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value)];

    [Fact]
    public void Each_text_stands_beside_its_tokens_and_how_many_they_are()
    {
        Figure figure = Plot.Tokens(Words(2), "Two words");
        Assert.Equal(
            ["Two words", "newest", "n", "e", "w", "est", "4", "lowest", "l", "o", "w", "est", "4"], Texts(figure));
        Assert.Contains("2 texts cut into 8 tokens", figure.Description, StringComparison.Ordinal);
        Assert.Contains("newest: n · e · w · est", figure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_tokens_have_one_colour()
    {
        (string Token, string Color)[] boxes =
        [
            .. XDocument.Parse(Plot.Tokens(Words(2)).ToSvg()).Descendants().Where(e => e.Name.LocalName == "rect")
                .Select(e => (((XElement)e.NextNode!).Value, e.Attribute("stroke")!.Value)),
        ];
        Assert.All(boxes.GroupBy(box => box.Token), same => Assert.Single(same.Select(box => box.Color).Distinct()));
        Assert.Equal(6, boxes.Select(box => box.Token).Distinct().Count());
        Assert.Equal(6, boxes.Select(box => box.Color).Distinct().Count());
    }

    [Fact]
    public void Every_stop_is_there_and_the_still_picture_shows_the_start()
    {
        Figure figure = Plot.Tokens("Merges", new Slider("merges", ["0", "1", "2"], 1), Words);
        JsonElement json = PlotTests.Json(figure).RootElement;
        string[] tokens = [.. json.GetProperty("tokens").EnumerateArray().Select(token => token.GetString()!)];
        string[][] stops =
        [
            .. json.GetProperty("stops").EnumerateArray().Select(rows => rows.EnumerateArray().Select(row =>
                string.Join(' ', row[1].EnumerateArray().Select(id => tokens[id.GetInt32()]))).ToArray()),
        ];
        for (int stop = 0; stop < 3; stop++)
            Assert.Equal(Words(stop).Select(row => string.Join(' ', row.Tokens)), stops[stop]);
        Assert.Contains("es", Texts(figure));
        Assert.DoesNotContain("est", Texts(figure));
        Assert.Contains("starting at 1", figure.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_texts_wrap_and_signs_are_safe()
    {
        Figure figure = Plot.Tokens([new("", Enumerable.Repeat(" <b>", 60)), new("", ["", "\n", "a"])]);
        XElement[] boxes =
            [.. XDocument.Parse(figure.ToSvg()).Descendants().Where(e => e.Name.LocalName == "rect")];
        Assert.All(boxes, box => Assert.InRange(
            (double)box.Attribute("x")! + (double)box.Attribute("width")!, 0, 680));
        Assert.True(boxes.Select(box => box.Attribute("y")!.Value).Distinct().Count() > 3);
        Assert.DoesNotContain("<b>", figure.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("␣<b>", Texts(figure));
        Assert.Contains("∅", Texts(figure));
        Assert.Contains("␊", Texts(figure));
    }

    [Fact]
    public void Bad_input_is_one_clear_sentence()
    {
        Assert.Contains("no text to show", Assert.Throws<ArgumentException>(() => Plot.Tokens([])).Message,
            StringComparison.Ordinal);
        string[] many = [.. Enumerable.Range(0, 30_000).Select(i => $"token{i}")];
        Assert.Contains("shorter texts", Assert.Throws<ArgumentException>(
            () => Plot.Tokens([new("", many)])).Message, StringComparison.Ordinal);
    }
}
