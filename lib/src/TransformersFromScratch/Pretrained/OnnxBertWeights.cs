namespace TransformersFromScratch;

/// <summary>
/// A BERT without a head, as PyTorch exports it to ONNX. There is no config.json: the shapes of the tensors say what
/// the model is, but for the number of heads.
/// </summary>
internal static class OnnxBertWeights
{
    private const string Words = "embeddings.word_embeddings.weight", Inner = "intermediate.dense.weight";

    /// <summary>Builds the model and fills it.</summary>
    /// <param name="file">The weights.</param>
    /// <param name="heads">How many heads a layer has.</param>
    /// <exception cref="InvalidDataException">A tensor is missing or has another shape; it is named.</exception>
    public static Bert Load(IPublishedTensors file, int heads)
    {
        BertConfig shape = Config(file, heads);
        Bert model = PublishedLayout.Build(
            Excerpt.OfPath(file.Folder), file, WeightFormat.Float32, shape.ParameterCount,
            () => new Bert(shape, NoRandom.Instance));
        var names = new NameTable();
        BertLayout.AddBody(names, model, transposed: true);
        names.Ignore("embeddings.position_ids", "pooler.dense.weight", "pooler.dense.bias");
        names.Fill(file, "graph");
        return model;
    }

    private static BertConfig Config(IPublishedTensors file, int heads)
    {
        long[] words = Matrix(file, Words), places = Matrix(file, "embeddings.position_embeddings.weight");
        int layers = 0;
        while (file.Entries.ContainsKey(Layer(layers))) { layers++; }

        return new BertConfig
        {
            Vocabulary = (int)words[0], DModel = (int)words[1], Heads = heads, Layers = layers,
            DFeedForward = (int)Matrix(file, Layer(0))[1], Positions = (int)places[0],
            TokenTypes = (int)Matrix(file, "embeddings.token_type_embeddings.weight")[0],
            Epsilon = 1e-12f, Dropout = 0,
        };
    }

    private static string Layer(int i) => $"encoder.layer.{i}.{Inner}";

    private static long[] Matrix(IPublishedTensors file, string name) =>
        file.Entries.TryGetValue(name, out SafeTensorsEntry? entry) && entry is { Shape: [> 0, > 0], Unreadable: null }
            && entry.Shape[0] < int.MaxValue && entry.Shape[1] < int.MaxValue
            ? entry.Shape
            : throw new InvalidDataException(
                $"'{Excerpt.OfPath(file.Folder)}' has no matrix '{name}', which a BERT's graph has.");
}
