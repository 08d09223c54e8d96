namespace TransformersFromScratch;

/// <summary>What the layouts of all architectures need.</summary>
internal static class PublishedLayout
{
    // A file may lack a head that the model has, and a message about names is better than one about counts.
    private const long Spare = 4_000_000;

    /// <summary>Hugging Face's name for what stands between the linear maps.</summary>
    public static Activation Activation(PublishedJson config, string name, string missing)
    {
        string text = config.Text(name) ?? missing;
        Activation? activation = text switch
        {
            "relu" => TransformersFromScratch.Activation.Relu,
            "gelu" => TransformersFromScratch.Activation.Gelu,
            "gelu_new" or "gelu_pytorch_tanh" or "gelu_fast" => TransformersFromScratch.Activation.GeluTanh,
            "silu" or "swish" => TransformersFromScratch.Activation.Silu,
            _ => null,
        };
        config.Refuse(
            activation is not null, name, "the layers have relu, gelu, gelu_new, and silu, also called swish.");
        return activation!.Value;
    }

    /// <summary>
    /// Whether the output is the embedding. The configuration says it, but of T5 not always what is so: a map in the
    /// file that differs from the embedding is a map of its own.
    /// </summary>
    /// <param name="config">The configuration.</param>
    /// <param name="file">The tensors.</param>
    /// <param name="missing">What it is where the configuration does not say.</param>
    /// <param name="embedding">The names that the embedding may have.</param>
    public static bool IsTied(PublishedJson config, IPublishedTensors file, bool missing, params string[] embedding)
    {
        bool tied = config.Bool("tie_word_embeddings", missing);
        return file.Find("lm_head.weight") is not { } head ? tied
            : tied && (file.Find(embedding) is not { } other || file.Same(head, other));
    }

    /// <summary>
    /// Builds a model, unless its configuration asks for far more numbers than the file holds: somebody else wrote it,
    /// and a wrong digit must not fill the memory.
    /// </summary>
    /// <exception cref="InvalidDataException">There can be no such model, or it is none of this file.</exception>
    public static TModel Build<TModel>(
        PublishedJson config, IPublishedTensors file, WeightFormat weights, Func<long> parameters,
        Func<TModel> build) => Build(config.Name, file, weights, parameters, build);

    /// <summary>The same, where something else than a config.json describes the model.</summary>
    public static TModel Build<TModel>(
        string name, IPublishedTensors file, WeightFormat weights, Func<long> parameters, Func<TModel> build)
    {
        // What most of its numbers take, each.
        int bytes = weights switch { WeightFormat.Float32 => 4, WeightFormat.Int8 => 1, _ => 2 };
        try
        {
            long numbers = file.Numbers, wanted = parameters();
            long room = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
            if (wanted > Math.Max(Spare, 2 * numbers))
            {
                throw new InvalidDataException(
                    $"'{name}' describes a model of {wanted} numbers, but the files beside it hold {numbers}.");
            }

            if (wanted > room / bytes)
            {
                throw new InvalidDataException(
                    $"The model of '{name}' has {wanted} numbers, which take {wanted * bytes / 1_000_000_000} GB as " +
                    $"{weights}; this machine has {room / 1_000_000_000}.");
            }

            return build();
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException(
                $"'{name}' describes no model: {Excerpt.Of(e.Message, most: 500)}", e);
        }
    }
}
