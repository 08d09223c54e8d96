using System.Xml.Linq;
using Notebooks;

namespace Course.Tests;

public class ImageTests
{
    [Fact]
    public void Every_diagram_is_XML_with_a_title_and_its_words_as_text()
    {
        var images = CourseImages.All([]);
        Assert.Equal(
            [
                "attention-moving.svg", "attention.svg", "heads.svg", "multi-head-attention.svg",
                "optimiser-step.svg", "positions.svg", "sublayer.svg", "tokens.svg",
                "training-step.svg", "transformer-shapes.svg", "transformer.svg", "translation.svg",
            ],
            images.Keys);
        foreach (string svg in images.Values)
        {
            XElement root = XDocument.Parse(svg).Root!;
            Assert.Contains(root.Elements(), element => element.Name.LocalName == "title");
            Assert.Contains("prefers-color-scheme:dark", svg);
            Assert.DoesNotContain("http", svg.Replace("http://www.w3.org/2000/svg", ""));
        }

        string[] words =
            [.. XDocument.Parse(images["transformer.svg"]).Descendants()
                .Where(element => element.Name.LocalName == "text").Select(element => element.Value)];
        Assert.Equal(5, words.Count(word => word == "Add & norm"));
        Assert.Equal(2, words.Count(word => word == "N ×"));
        Assert.Contains("Softmax", words);
        Assert.DoesNotContain("memory", images["transformer.svg"]);
        Assert.Contains("memory, S", images["transformer-shapes.svg"]);
        Assert.Contains("Dropout", images["sublayer.svg"]);
        Assert.Contains("Cross-entropy", images["optimiser-step.svg"]);
        Assert.Contains("Cross-entropy", images["training-step.svg"]);
    }

    [Fact]
    public void A_thumbnail_ends_where_its_figure_does_even_with_a_picture_inside()
    {
        const string inside = "<svg x=\"1\" viewBox=\"0 0 5 5\"><path/></svg><text>after</text>";
        string html = "<figure class=\"tfs-figure\"><svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 10 " +
            $"20\">{inside}</svg><svg/></figure>";
        XElement root = XDocument.Parse(Thumbnail.Of(With(html))!).Root!;
        Assert.Equal("after", root.Elements().Last().Value);
    }

    [Fact]
    public void A_thumbnail_is_the_first_figure_with_a_size_of_its_own()
    {
        const string lines = "<figure class=\"tfs-figure\"><svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " +
            "10 20\" style=\"width:100%\"><path/></svg></figure>";
        const string map = "<figure class=\"tfs-figure\"><svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 30 " +
            "40\" style=\"width:100%\"><g data-kind=\"heatmap\"/></svg></figure>";
        string both = Thumbnail.Of(With("<b>no figure</b>", map, lines))!;
        XElement root = XDocument.Parse(both).Root!;
        Assert.Equal(("30", "40"), (root.Attribute("width")!.Value, root.Attribute("height")!.Value));
        Assert.Contains("data-kind", both);
        // The first is no XML.
        Assert.Equal(
            both, Thumbnail.Of(With("<figure class=\"tfs-figure\"><svg viewBox=\"0 0 1 1\"><br></svg></figure>", map)));
        Assert.Null(Thumbnail.Of(With("<b>no figure</b>")));
    }

    private static Notebook With(params string[] htmls)
    {
        var notebook = Notebook.Parse(Sample.Json("1"));
        notebook.Cells[0].SetOutputs(htmls.Select(html => new DisplayOutput(new MimeBundle(("text/html", html)))));
        return notebook;
    }
}
