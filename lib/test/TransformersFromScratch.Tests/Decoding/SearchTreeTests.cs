using System.Xml.Linq;

namespace TransformersFromScratch.Tests.Decoding;

public class SearchTreeTests
{
    private static readonly SearchNode[] s_nodes =
    [
        new(1, 0, 1, 10, -0.5, SearchFate.Continued), new(2, 0, 1, 11, -0.9, SearchFate.Continued),
        new(3, 0, 1, 12, -3, SearchFate.Pruned),
        new(4, 1, 2, 13, -2, SearchFate.Continued), new(5, 2, 2, 13, -1.1, SearchFate.Continued),
        new(6, 5, 3, Vocabulary.End, -1.25, SearchFate.Ended),
        new(7, 4, 3, Vocabulary.End, -2.5, SearchFate.Ended),
    ];

    [Fact]
    public void The_path_that_won_stands_out()
    {
        var tree = new SearchTree(s_nodes, new Hypothesis([11, 13], -1.25, -1, Ended: true), id => $"<{id}&");
        XElement html = XElement.Parse(tree.ToHtml());
        string[] won =
            [.. html.Descendants().Where(e => e.Name.LocalName == "text" && e.Attribute("font-weight") is not null)
                .Select(e => e.Value)];
        Assert.Equal(
            ["<11& -0.9", "<13& -1.1", $"<{Vocabulary.End}& -1.3"],
            won.Select(text => text.Replace("-1.2", "-1.3", StringComparison.Ordinal)));
        Assert.Equal(7, html.Descendants().Count(e => e.Name.LocalName == "path"));
        // What was pruned is pale.
        Assert.Single(html.Descendants(), e => e.Name.LocalName == "text" && e.Attribute("opacity") is not null);
        Assert.Equal("Search tree: 7 hypotheses in 3 steps, 1 of them pruned, 2 ended.", tree.ToString());
    }

    [Fact]
    public void Of_the_first_steps_alone_the_way_to_what_won_stands_out()
    {
        var best = new Hypothesis([11, 13], -1.25, -1, Ended: true);
        var tree = new SearchTree([.. s_nodes.Where(node => node.Length <= 2)], best, id => $"{id}");
        string[] won = [.. XElement.Parse(tree.ToHtml()).Descendants()
            .Where(e => e.Name.LocalName == "text" && e.Attribute("font-weight") is not null).Select(e => e.Value)];
        Assert.Equal(["11 -0.9", "13 -1.1"], won);
    }

    [Fact]
    public void A_real_search_can_be_drawn()
    {
        var model = new Transformer(
            new TransformerConfig
            {
                Vocabulary = 12, DModel = 8, Heads = 2, DFeedForward = 16, EncoderLayers = 1,
                DecoderLayers = 1, PaddingId = Vocabulary.Padding
            }, seed: 1);
        var nodes = new List<SearchNode>();
        Hypothesis best = BeamSearch.Decode(
            model, TokenBatch.Of([[5, 6, 7]], Vocabulary.Padding), longest: 5, width: 3, tree: nodes)[0][0];
        XElement html = XElement.Parse(new SearchTree(nodes, best, id => $"{id}").ToHtml());
        int won = html.Descendants().Count(e => e.Name.LocalName == "text" && e.Attribute("font-weight") is not null);
        Assert.Equal(best.Tokens.Count + (best.Ended ? 1 : 0), won);
        Assert.Equal(nodes.Count, html.Descendants().Count(e => e.Name.LocalName == "path"));
    }
}
