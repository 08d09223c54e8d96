namespace TransformersFromScratch;

/// <summary>
/// The 2017 paper has sines and cosines of a position in turn (section 3.5); Marian has all sines, then all cosines.
/// One model becomes the other by writing its d_model dimensions down in another order: nothing in it depends on which
/// comes first. Norms take the mean over all of them, and every map has a row or a column for each.
/// </summary>
/// <remarks>The sums are the same but added in another order, so the logits differ in their last digits.</remarks>
internal static class SineOrder
{
    /// <summary>A copy of a model in which the sines stand first; the model itself if they do so already.</summary>
    public static Transformer SinesFirst(Transformer model)
    {
        if (model.Config.SinesFirst)
        {
            return model;
        }

        var turned = new Transformer(model.Config with { SinesFirst = true }, NoRandom.Instance);
        foreach (var (from, into) in model.Parameters().Zip(turned.Parameters()))
        {
            from.Value.Span.CopyTo(into.Value.Span);
        }

        Columns(turned.Embedding.Weight);
        foreach (EncoderLayer layer in turned.Encoder)
        {
            Attention(layer.Attention, layer.AttentionNorm);
            Network(layer.FeedForward, layer.FeedForwardNorm);
        }

        foreach (DecoderLayer layer in turned.Decoder)
        {
            Attention(layer.SelfAttention, layer.SelfAttentionNorm);
            Attention(layer.CrossAttention, layer.CrossAttentionNorm);
            Network(layer.FeedForward, layer.FeedForwardNorm);
        }

        Norm(turned.EncoderNorm);
        Norm(turned.DecoderNorm);
        return turned;
    }

    /// <summary>Which dimension of the paper's order stands at each place of Marian's: 0, 2, 4 …, 1, 3, 5 ….</summary>
    public static int[] Order(int width) =>
        [.. Enumerable.Range(0, width).OrderBy(dimension => dimension % 2).ThenBy(dimension => dimension)];

    private static void Attention(MultiHeadAttention attention, LayerNorm norm)
    {
        Columns(attention.Query.Weight); // Heads have columns of their own, which stay.
        Columns(attention.Key.Weight);
        Columns(attention.Value.Weight);
        Outputs(attention.Output);
        Norm(norm);
    }

    private static void Network(FeedForward network, LayerNorm norm)
    {
        Columns(network.Inner.Weight);
        if (network.Gate is not null) { Columns(network.Gate.Weight); }

        Outputs(network.Outer);
        Norm(norm);
    }

    private static void Outputs(Linear map)
    {
        Rows(map.Weight, map.Inputs);
        if (map.Bias is not null) { Rows(map.Bias, 1); }
    }

    private static void Norm(LayerNorm? norm)
    {
        if (norm is null)
        {
            return;
        }

        Rows(norm.Gain, 1);
        Rows(norm.Bias, 1);
    }

    /// <summary>[rows, d_model]: each row in the new order.</summary>
    private static void Columns(Tensor tensor)
    {
        int width = tensor.Shape[^1];
        for (int first = 0; first < tensor.Length; first += width)
        {
            Rows(tensor.Span.Slice(first, width), 1);
        }
    }

    /// <summary>[d_model, width]: the rows in the new order.</summary>
    private static void Rows(Tensor tensor, int width) => Rows(tensor.Span, width);

    private static void Rows(Span<float> numbers, int width)
    {
        float[] before = numbers.ToArray();
        int[] order = Order(numbers.Length / width);
        for (int row = 0; row < order.Length; row++)
        {
            before.AsSpan(order[row] * width, width).CopyTo(numbers[(row * width)..]);
        }
    }
}
