namespace TransformersFromScratch;

/// <summary>
/// A <see cref="Bert"/> that says which class a text belongs to: its pooled vector goes through a map, a tanh and one
/// map more (Devlin et al. 2018, section 4.1; the first map and the tanh are the pooler of its code).
/// </summary>
public sealed class BertClassifier
{
    private readonly float _dropout;

    /// <summary>Fresh maps on a model that may have learned already; what is trained here is the whole of it.</summary>
    /// <param name="bert">The model below; it is not copied.</param>
    /// <param name="classes">How many classes there are, at least 2.</param>
    /// <param name="pooling">How one vector is made of all.</param>
    /// <param name="seed">The same seed gives the same maps.</param>
    /// <param name="dropout">P_drop before the last map; used in training alone.</param>
    public BertClassifier(Bert bert, int classes, Pooling pooling, int seed, float dropout = 0.1f)
        : this(bert, classes, pooling, new Random(seed), dropout)
    {
    }

    internal BertClassifier(Bert bert, int classes, Pooling pooling, Random random, float dropout)
    {
        ArgumentNullException.ThrowIfNull(bert);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        Hyperparameters.RequireDropout(dropout);
        Hyperparameters.RequireDefined(nameof(pooling), pooling);
        (Bert, Pooling, _dropout) = (bert, pooling, dropout);
        Pooler = new Linear(bert.Config.DModel, bert.Config.DModel, random);
        Output = new Linear(bert.Config.DModel, classes, random);
        bert.Start([.. Pooler.Parameters("pooler"), .. Output.Parameters("output")], random);
    }

    /// <summary>The model below.</summary>
    public Bert Bert { get; }

    /// <summary>How one vector is made of all.</summary>
    public Pooling Pooling { get; }

    /// <summary>The map before the tanh.</summary>
    public Linear Pooler { get; }

    /// <summary>From the pooled vector to a score a class.</summary>
    public Linear Output { get; }

    /// <summary>How many classes there are.</summary>
    public int Classes => Output.Outputs;

    /// <summary>A score for every class, before any softmax.</summary>
    /// <param name="tokens">B texts of T ids.</param>
    /// <param name="training">Where dropout draws from; null outside training.</param>
    /// <param name="maps">If given, each layer's attention weights [B, h, T, T] are added to it.</param>
    /// <param name="types">B·T numbers, from 0 to <see cref="BertConfig.TokenTypes"/> - 1; null for all 0.</param>
    /// <returns>[B, classes].</returns>
    public Tensor Forward(
        TokenBatch tokens, Random? training = null, ICollection<Tensor>? maps = null, int[]? types = null) =>
        Classify(Bert.Encode(tokens, types, training, maps), tokens, training);

    /// <summary>
    /// The same from what <see cref="Bert"/> has read: for layers that are frozen, it need be read once only.
    /// </summary>
    /// <param name="hidden">[B, T, d_model], from <see cref="Bert.Encode"/>.</param>
    /// <param name="tokens">What it was made from.</param>
    /// <param name="training">Where dropout draws from; null outside training.</param>
    /// <returns>[B, classes].</returns>
    public Tensor Classify(Tensor hidden, TokenBatch tokens, Random? training = null)
    {
        Tensor pooled = Op.Tanh(Pooler.Forward(Bert.Pool(hidden, tokens, Pooling)));
        return Output.Forward(training is null ? pooled : Op.Dropout(pooled, _dropout, training));
    }

    /// <summary>Every learned tensor by name; those of the head for masked words are not among them.</summary>
    public IEnumerable<Parameter> Parameters() =>
    [
        .. Bert.BodyParameters("bert."), .. Pooler.Parameters("pooler"), .. Output.Parameters("output"),
    ];
}
