using System.Text.Json.Nodes;
using static TransformersFromScratch.PublishedConfig;

namespace TransformersFromScratch;

/// <summary>
/// BERT and RoBERTa as they are published: with a head for masked words, for classes, for answers, or with none.
/// RoBERTa counts positions from the padding's id + 1; the rows before belong to no position.
/// </summary>
internal static class BertLayout
{
    /// <summary>What stands above the encoder.</summary>
    private enum Head
    {
        None, MaskedWords, Classes, Answers,
    }

    /// <returns>The model; its head for classes or for answers if it has one; whether it has one for masked
    /// words.</returns>
    public static (Bert Model, BertClassifier? Classifier, BertReader? Reader, bool Masked) Load(
        PublishedJson config, IPublishedTensors file, bool roberta, WeightFormat weights)
    {
        BertConfig shape = Config(config, roberta);
        Head head = HeadOf(config, file);
        Bert model = PublishedLayout.Build(
            config, file, weights, shape.ParameterCount, () => new Bert(shape, NoRandom.Instance));
        BertClassifier? classifier = head != Head.Classes ? null : PublishedLayout.Build(
            config, file, weights, shape.ParameterCount,
            () => new BertClassifier(model, Classes(config), Pooling.First, NoRandom.Instance, dropout: 0));

        BertReader? reader = head == Head.Answers ? new BertReader(model, NoRandom.Instance) : null;
        Names(model, classifier, reader, head == Head.MaskedWords, roberta).Fill(
            file, [.. model.Parameters(), .. classifier?.Parameters() ?? [], .. reader?.Parameters() ?? []], weights);
        return (model, classifier, reader, head == Head.MaskedWords);
    }

    /// <summary>The config.json of a model.</summary>
    /// <exception cref="NotSupportedException">The layout has no place for one of its options.</exception>
    public static JsonObject Describe(
        Bert model, BertClassifier? classifier, BertReader? reader, bool masked, bool roberta,
        GenerationDefaults how)
    {
        BertConfig shape = model.Config;
        string name = roberta ? "RoBERTa" : "BERT";
        Require(shape.Buckets == 0, name, $"Buckets = {shape.Buckets}", "it learns a vector a position");
        Require(shape.Norm == NormPlacement.Post, name, $"Norm = {shape.Norm}", "its norms stand after the layers");
        Require(
            classifier?.Pooling is null or Pooling.First, name, $"Pooling = {classifier?.Pooling}",
            "its classes are read from the first token");
        Require(
            classifier is not null || reader is not null || masked, name, "no head",
            "without one it has a pooler, which this course has not");
        string head = classifier is not null ? "ForSequenceClassification"
            : reader is not null ? "ForQuestionAnswering"
            : "ForMaskedLM";
        JsonObject config = Start(roberta ? "roberta" : "bert", (roberta ? "Roberta" : "Bert") + head);
        config["vocab_size"] = shape.Vocabulary;
        config["hidden_size"] = shape.DModel;
        config["num_hidden_layers"] = shape.Layers;
        config["num_attention_heads"] = shape.Heads;
        config["intermediate_size"] = shape.DFeedForward;
        config["max_position_embeddings"] = shape.Positions + RowsBefore(shape, roberta);
        config["type_vocab_size"] = shape.TokenTypes;
        config["hidden_act"] = Activation(name, shape.Activation);
        config["layer_norm_eps"] = Number(shape.Epsilon);
        config["hidden_dropout_prob"] = Number(shape.Dropout);
        config["attention_probs_dropout_prob"] = 0;
        config["initializer_range"] = Number(shape.Deviation);
        Set(config, false, "add_cross_attention", "is_decoder");
        config["tie_word_embeddings"] = true;
        config["bos_token_id"] = how.Start;
        config["eos_token_id"] = Ids(how.Ends);
        config["pad_token_id"] = Padding(name, shape.PaddingId);
        if (classifier is not null)
        {
            config["id2label"] = new JsonObject(Enumerable.Range(0, classifier.Classes).Select(
                i => KeyValuePair.Create($"{i}", (JsonNode?)$"LABEL_{i}")));
            config["label2id"] = new JsonObject(Enumerable.Range(0, classifier.Classes).Select(
                i => KeyValuePair.Create($"LABEL_{i}", (JsonNode?)i)));
        }

        return config;
    }

    /// <summary>The names of a model's tensors.</summary>
    public static NameTable Names(
        Bert model, BertClassifier? classifier, BertReader? reader, bool masked, bool roberta)
    {
        var names = new NameTable(roberta ? "roberta." : "bert.", "cls.", "lm_head.", "classifier.", "qa_outputs.");
        AddBody(names, model, tied: masked, rowsBefore: RowsBefore(model.Config, roberta));
        if (masked) { AddMaskedHead(names, model, roberta); }

        if (classifier is not null) { AddClassifier(names, classifier, roberta); }

        if (reader is not null) { names.AddStacked("qa_outputs", reader.Start, reader.End); }

        names.Ignore("embeddings.position_ids", "cls.seq_relationship.weight", "cls.seq_relationship.bias");
        if (classifier is null || roberta) { names.Ignore("pooler.dense.weight", "pooler.dense.bias"); }

        return names;
    }

    /// <summary>RoBERTa counts positions from the padding's id + 1.</summary>
    private static int RowsBefore(BertConfig shape, bool roberta) => roberta ? shape.PaddingId + 1 : 0;

    private static BertConfig Config(PublishedJson config, bool roberta)
    {
        string kind = config.Text("position_embedding_type") ?? "absolute";
        config.Refuse(kind == "absolute", "position_embedding_type", "positions are absolute here.");
        config.Refuse(!config.Bool("is_decoder", false), "is_decoder", "a Bert reads in both directions here.");
        int padding = config.Int("pad_token_id", 0, missing: roberta ? 1 : 0);
        int rows = config.Int("max_position_embeddings", missing: 512), before = roberta ? padding + 1 : 0;
        config.Refuse(rows > before, "max_position_embeddings", $"the first {before} belong to no position.");
        return new BertConfig
        {
            Vocabulary = config.Int("vocab_size"), DModel = config.Int("hidden_size"),
            Heads = config.Int("num_attention_heads"), DFeedForward = config.Int("intermediate_size"),
            Layers = config.Int("num_hidden_layers", 0), Positions = rows - before,
            TokenTypes = config.Int("type_vocab_size", missing: 2),
            Activation = PublishedLayout.Activation(config, "hidden_act", "gelu"),
            Epsilon = (float)config.Number("layer_norm_eps", 1e-12), PaddingId = padding, Dropout = 0,
        };
    }

    /// <summary>The configuration says which head there is; where it is silent, the names of the tensors do.</summary>
    private static Head HeadOf(PublishedJson config, IPublishedTensors file)
    {
        string[] said = [.. config.Array("architectures").Select(name => config.TextOf("architectures", name))];
        return said.Any(name => name.EndsWith("SequenceClassification", StringComparison.Ordinal)) ? Head.Classes
            : said.Any(name => name.EndsWith("QuestionAnswering", StringComparison.Ordinal)) ? Head.Answers
            : said.Any(name => name.EndsWith("MaskedLM", StringComparison.Ordinal)
                || name.EndsWith("PreTraining", StringComparison.Ordinal)) ? Head.MaskedWords
            : file.Find("cls.predictions.bias", "lm_head.bias") is not null ? Head.MaskedWords
            : file.Find("classifier.weight", "classifier.out_proj.weight") is not null ? Head.Classes
            : file.Find("qa_outputs.weight") is not null ? Head.Answers
            : Head.None;
    }

    private static int Classes(PublishedJson config) =>
        config.Object("id2label")?.Entries().Count() ?? config.Int("num_labels", missing: 2);

    /// <summary>The names of the encoder, without a head and without a prefix.</summary>
    /// <param name="names">The table that gets them.</param>
    /// <param name="model">Whose tensors they are.</param>
    /// <param name="tied">Whether a head for masked words may hold the embedding once more.</param>
    /// <param name="rowsBefore">How many positions belong to nothing.</param>
    /// <param name="transposed">Whether the matrices of the layers lie as [in, out].</param>
    public static void AddBody(
        NameTable names, Bert model, bool tied = false, int rowsBefore = 0, bool transposed = false)
    {
        void Add(string name, Linear map)
        {
            if (transposed) { names.AddTransposed(name, map); } else { names.Add(map, name); }
        }

        string[] copies = tied ? ["cls.predictions.decoder.weight", "lm_head.decoder.weight"] : [];
        names.Add(model.Tokens.Weight, ["embeddings.word_embeddings.weight", .. copies]);
        names.AddWithout(rowsBefore, model.Positions!.Weight, "embeddings.position_embeddings.weight");
        names.Add(model.Types.Weight, "embeddings.token_type_embeddings.weight");
        names.Add(model.EmbeddingNorm, "embeddings.LayerNorm");
        for (int i = 0; i < model.Layers.Count; i++)
        {
            EncoderLayer layer = model.Layers[i];
            string at = $"encoder.layer.{i}";
            Add($"{at}.attention.self.query", layer.Attention.Query);
            Add($"{at}.attention.self.key", layer.Attention.Key);
            Add($"{at}.attention.self.value", layer.Attention.Value);
            Add($"{at}.attention.output.dense", layer.Attention.Output);
            names.Add(layer.AttentionNorm, $"{at}.attention.output.LayerNorm");
            Add($"{at}.intermediate.dense", layer.FeedForward.Inner);
            Add($"{at}.output.dense", layer.FeedForward.Outer);
            names.Add(layer.FeedForwardNorm, $"{at}.output.LayerNorm");
        }
    }

    private static void AddMaskedHead(NameTable names, Bert model, bool roberta)
    {
        if (roberta)
        {
            names.Add(model.Transform, "lm_head.dense");
            names.Add(model.TransformNorm, "lm_head.layer_norm");
            names.Add(model.OutputBias, "lm_head.bias", "lm_head.decoder.bias");
            return;
        }

        names.Add(model.Transform, "cls.predictions.transform.dense");
        names.Add(model.TransformNorm, "cls.predictions.transform.LayerNorm");
        names.Add(model.OutputBias, "cls.predictions.bias", "cls.predictions.decoder.bias");
    }

    private static void AddClassifier(NameTable names, BertClassifier classifier, bool roberta)
    {
        names.Add(classifier.Pooler, roberta ? "classifier.dense" : "pooler.dense");
        names.Add(classifier.Output, roberta ? "classifier.out_proj" : "classifier");
    }
}
