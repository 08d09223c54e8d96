namespace TransformersFromScratch.Tests.Published;

/// <summary>BERT and its classifier against Hugging Face's, on the same weights.</summary>
public class PublishedBertTests
{
    [Fact]
    public void The_masked_head_the_hidden_states_and_the_attention_are_the_published_ones()
    {
        var from = new PublishedFolder("bert");
        Bert model = PublishedModels.Bert(from);
        PublishedModels.LoadMaskedHead(from, model);
        from.AssertAllLoaded();
        Assert.Equal(model.Config.ParameterCount(), model.ParameterCount);

        TokenBatch tokens = from.Tokens("input_ids");
        bool[] padding = Padding(from);
        Assert.Equal(padding, tokens.Padding(model.Config.PaddingId)!);
        var maps = new List<Tensor>();
        var states = new List<Tensor>();
        Tensor hidden = model.Encode(
            tokens, from.Ids("token_type_ids"), maps: maps,
            probe: new Probe { Residual = (_, x) => { states.Add(x); return x; } });
        for (int i = 0; i < states.Count; i++) { from.Close("hidden_states", i, states[i], padding); }

        for (int i = 0; i < maps.Count; i++) { from.Close("attentions", i, maps[i], padding); }

        Tensor logits = model.MaskedLogits(hidden, [.. Enumerable.Range(0, tokens.Ids.Length)]);
        from.Close("logits", logits.Reshape(tokens.Sentences, tokens.Length, model.Config.Vocabulary), padding);
        Assert.Equal((3, 2), (states.Count, maps.Count));
    }

    [Fact]
    public void The_classifier_is_the_published_one()
    {
        var from = new PublishedFolder("bert-classifier");
        int classes = from.Config.GetProperty("id2label").EnumerateObject().Count();
        var model = new BertClassifier(PublishedModels.Bert(from), classes, Pooling.First, seed: 1);
        from.Load("bert.pooler.dense", model.Pooler);
        from.Load("classifier", model.Output);
        from.AssertAllLoaded();

        // It has no types of its own in Forward, so the reference's go by Encode.
        TokenBatch tokens = from.Tokens("input_ids");
        from.Close("logits", model.Classify(model.Bert.Encode(tokens, from.Ids("token_type_ids")), tokens));
    }

    private static bool[] Padding(PublishedFolder from) => [.. from.Ids("attention_mask").Select(seen => seen == 0)];
}
