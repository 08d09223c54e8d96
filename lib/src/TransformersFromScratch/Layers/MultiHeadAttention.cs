using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>What multi-head attention gives back.</summary>
/// <param name="Output">T×d_model.</param>
/// <param name="Weights">One T×S matrix a head, in order.</param>
public sealed record MultiHeadResult(Matrix<float> Output, IReadOnlyList<Matrix<float>> Weights);

/// <summary>
/// <c>MultiHead(Q, K, V) = Concat(head₁, …, head_h) W^O</c> with <c>head_i = Attention(Q W_i^Q, K W_i^K, V W_i^V)</c>
/// (Vaswani et al. 2017, section 3.2.2). The h narrow projections are kept side by side in one wide matrix:
/// columns i·d_k to (i+1)·d_k belong to head i.
/// </summary>
/// <remarks>
/// What came after 2017 is asked for by <see cref="LayerOptions"/>: fewer heads of keys and values than of queries, so
/// that head i reads the keys and values ⌊i·g/h⌋ of g; a window; and positions that act here, in every layer, instead
/// of being added once to the embeddings. For these the last query stands at the last key.
/// </remarks>
public sealed class MultiHeadAttention
{
    private readonly LayerOptions _options;
    private readonly float[]? _slopes;

    /// <summary>Projections with Xavier weights and zero biases.</summary>
    /// <param name="dModel">d_model; 512 in the paper.</param>
    /// <param name="heads">h, which must divide d_model; 8 in the paper.</param>
    /// <param name="random">Where the weights come from.</param>
    /// <param name="options">What deviates from the 2017 paper; null for nothing.</param>
    /// <exception cref="ArgumentException">
    /// h does not divide d_model, or an option does not fit them; the message says which.
    /// </exception>
    public MultiHeadAttention(int dModel, int heads, Random random, LayerOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(heads);
        _options = options ?? new LayerOptions();
        if (_options.HeadWidth is null && dModel % heads != 0)
        {
            throw new ArgumentException(
                $"{heads} heads cannot share a d_model of {dModel} evenly: {dModel} / {heads} leaves " +
                $"{dModel % heads}. " +
                $"Choose a d_model that is a multiple of {heads}, such as {((dModel / heads) + 1) * heads}.",
                    nameof(heads));
        }

        (Heads, KeyValueHeads) = (heads, _options.KeyValueHeads ?? heads);
        HeadWidth = _options.HeadWidth ?? dModel / heads;
        RequireOptions(HeadWidth);
        _slopes = _options.Positions == PositionKind.Alibi ? Alibi.Slopes(heads) : null;
        int own = Heads * HeadWidth, shared = KeyValueHeads * HeadWidth;
        Query = new Linear(dModel, own, random, _options.Bias);
        Key = new Linear(dModel, shared, random, _options.Bias);
        Value = new Linear(dModel, shared, random, _options.Bias);
        Output = new Linear(own, dModel, random, _options.Bias);
    }

    /// <summary>h, the number of heads.</summary>
    public int Heads { get; }

    /// <summary>g, the number of heads of keys and values; h in the paper.</summary>
    public int KeyValueHeads { get; }

    /// <summary>What deviates from the 2017 paper.</summary>
    internal LayerOptions Options => _options;

    /// <summary>Which head of keys and values a head of queries reads; neighbours share one.</summary>
    internal int KeyValueHeadOf(int head) => head * KeyValueHeads / Heads;

    /// <summary>How many keys a query sees at most; null for all.</summary>
    public int? Window => _options.Window;

    /// <summary>d_model.</summary>
    public int Width => Query.Inputs;

    /// <summary>d_k = d_v; d_model / h in the paper.</summary>
    public int HeadWidth { get; }

    /// <summary>All W_i^Q side by side.</summary>
    public Linear Query { get; }

    /// <summary>All W_i^K side by side.</summary>
    public Linear Key { get; }

    /// <summary>All W_i^V side by side.</summary>
    public Linear Value { get; }

    /// <summary>W^O.</summary>
    public Linear Output { get; }

    /// <summary>Self-attention: queries, keys and values all come from x.</summary>
    /// <param name="x">T×d_model.</param>
    /// <param name="mask">T×T, or null.</param>
    /// <param name="bias">One T×T matrix a head, added to its scores, or null (<see cref="RelativeBias"/>).</param>
    public MultiHeadResult Forward(Matrix<float> x, Mask? mask = null, IReadOnlyList<Matrix<float>>? bias = null) =>
        Forward(x, x, mask, bias);

    /// <summary>Cross-attention: queries come from x, keys and values from the memory.</summary>
    /// <param name="x">T×d_model.</param>
    /// <param name="memory">S×d_model: in the decoder, the encoder's output.</param>
    /// <param name="mask">T×S, or null.</param>
    /// <param name="bias">One T×S matrix a head, added to its scores, or null.</param>
    public MultiHeadResult Forward(
        Matrix<float> x, Matrix<float> memory, Mask? mask = null, IReadOnlyList<Matrix<float>>? bias = null)
    {
        var queries = Split(Query.Forward(x), Heads);
        var keys = Split(Key.Forward(memory), KeyValueHeads);
        var values = Split(Value.Forward(memory), KeyValueHeads);
        if (_options.Positions == PositionKind.Rotary)
        {
            queries = [.. queries.Select(head => Turned(head, memory.RowCount - x.RowCount))];
            keys = [.. keys.Select(head => Turned(head, 0))];
        }

        if (Window is { } window)
        {
            Mask sliding = Mask.Window(x.RowCount, memory.RowCount, window);
            mask = mask is null ? sliding : mask | sliding;
        }

        var heads = Enumerable.Range(0, Heads).Select(i =>
        {
            int shared = KeyValueHeadOf(i);
            Matrix<float>? added = _slopes is null ? bias?[i] : Alibi.Bias(x.RowCount, memory.RowCount, _slopes[i]);
            return Attention.ScaledDotProduct(queries[i], keys[shared], values[shared], mask, added, _options.Scaled);
        }).ToList();

        Matrix<float> output = Output.Forward(Merge([.. heads.Select(head => head.Output)]));
        return new MultiHeadResult(output, [.. heads.Select(head => head.Weights)]);
    }

    /// <summary>Self-attention of a batch, with a gradient.</summary>
    /// <param name="x">[B, T, d_model].</param>
    /// <param name="causal">Whether a token sees no later one.</param>
    /// <param name="keyIsPadding">B·T flags (<see cref="TokenBatch.Padding"/>), or null.</param>
    /// <param name="maps">If given, the weights [B, h, T, T] are added to it.</param>
    /// <param name="heads">If given, what the heads have mixed, [B, T, h·d_v], goes through it before W^O
    /// (<see cref="Probe"/>).</param>
    /// <param name="bias">[h, T, T], added to the scores of every sentence, or null
    /// (<see cref="RelativeBias"/>).</param>
    /// <returns>[B, T, d_model].</returns>
    public Tensor Forward(
        Tensor x, bool causal = false, bool[]? keyIsPadding = null, ICollection<Tensor>? maps = null,
        Func<Tensor, Tensor>? heads = null, Tensor? bias = null) =>
        Attend(x, Keys(x), Value.Forward(x), causal, keyIsPadding, maps, 0, x.Shape[1], heads, bias);

    /// <summary>
    /// Cross-attention of a batch, with a gradient: queries come from x, keys and values from the memory.
    /// </summary>
    /// <param name="x">[B, T, d_model].</param>
    /// <param name="memory">[B, S, d_model].</param>
    /// <param name="causal">Whether a query sees no later key.</param>
    /// <param name="keyIsPadding">B·S flags, or null.</param>
    /// <param name="maps">If given, the weights [B, h, T, S] are added to it.</param>
    /// <returns>[B, T, d_model].</returns>
    public Tensor Forward(
        Tensor x, Tensor memory, bool causal = false, bool[]? keyIsPadding = null, ICollection<Tensor>? maps = null) =>
        Attend(x, Keys(memory), Value.Forward(memory), causal, keyIsPadding, maps);

    /// <summary>
    /// Attention to keys and values that have been computed already: those of a <see cref="DecoderCache"/>, for
    /// example.
    /// </summary>
    /// <param name="x">[B, T, d_model].</param>
    /// <param name="keys">[B, S, g·d_k]; g = h in the paper, so d_model.</param>
    /// <param name="values">[B, S, g·d_v].</param>
    /// <param name="causal">Whether a query sees no later key.</param>
    /// <param name="keyIsPadding">B·S flags, or null.</param>
    /// <param name="maps">If given, the weights [B, h, T, S] are added to it.</param>
    /// <returns>[B, T, d_model].</returns>
    public Tensor Attend(
        Tensor x, Tensor keys, Tensor values, bool causal = false, bool[]? keyIsPadding = null,
        ICollection<Tensor>? maps = null) =>
        Attend(x, keys, values, causal, keyIsPadding, maps, keys.Shape[1] - x.Shape[1], keys.Shape[1]);

    /// <summary>
    /// The same to a cache, whose first <paramref name="filled"/> keys and values of each sentence are there.
    /// </summary>
    /// <param name="x">[B, T, d_model].</param>
    /// <param name="keys">[B, at least S, g·d_k].</param>
    /// <param name="values">[B, at least S, g·d_v].</param>
    /// <param name="causal">Whether a query sees no later key.</param>
    /// <param name="keyIsPadding">B·S flags, or null.</param>
    /// <param name="maps">If given, the weights [B, h, T, S] are added to it.</param>
    /// <param name="place">The position of the first query, counted as those of the <see cref="Keys"/> were.</param>
    /// <param name="filled">S.</param>
    /// <param name="heads">If given, what the heads have mixed, [B, T, h·d_v], goes through it before W^O.</param>
    /// <param name="bias">If given, [h, T, S] is added to the scores.</param>
    /// <returns>[B, T, d_model].</returns>
    internal Tensor Attend(
        Tensor x, Tensor keys, Tensor values, bool causal, bool[]? keyIsPadding, ICollection<Tensor>? maps,
        int place, int filled, Func<Tensor, Tensor>? heads = null, Tensor? bias = null)
    {
        Tensor queries = Query.Forward(x);
        queries = Turned(queries, Heads, place);
        var (output, weights) = Op.Attention(
            queries, keys, values, Heads, causal, keyIsPadding, KeyValueHeads, Window, _slopes, bias,
            _options.Scaled, filled);
        maps?.Add(weights);
        return Output.Forward(heads?.Invoke(output) ?? output);
    }

    /// <summary>The keys of a batch, turned if positions are.</summary>
    /// <param name="memory">[B, S, d_model].</param>
    /// <param name="place">The position of the first.</param>
    /// <returns>[B, S, g·d_k].</returns>
    internal Tensor Keys(Tensor memory, int place = 0) => Turned(Key.Forward(memory), KeyValueHeads, place);

    /// <summary>T×d_model → h pieces of T×d_k: head i takes columns i·d_k to (i+1)·d_k.</summary>
    public static IReadOnlyList<Matrix<float>> Split(Matrix<float> x, int heads)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(heads);
        int width = x.ColumnCount / heads;
        return x.ColumnCount % heads == 0
            ? [.. Enumerable.Range(0, heads).Select(i => x.SubMatrix(0, x.RowCount, i * width, width))]
            : throw new ArgumentException(
                $"{heads} heads cannot share {x.ColumnCount} columns evenly (x is {Shapes.Of(x)}). " +
                "Choose a width that is a multiple of the heads.", nameof(heads));
    }

    /// <summary>h pieces of T×d_k → T×(h·d_k), side by side: the Concat of the paper.</summary>
    public static Matrix<float> Merge(IReadOnlyList<Matrix<float>> heads)
    {
        ArgumentNullException.ThrowIfNull(heads);
        return Matrix<float>.Build.DenseOfMatrixArray(ToRow(heads));
    }

    /// <summary>Query, key, value, output.</summary>
    public IEnumerable<Parameter> Parameters(string prefix) =>
    [
        .. Query.Parameters($"{prefix}.query"), .. Key.Parameters($"{prefix}.key"),
        .. Value.Parameters($"{prefix}.value"), .. Output.Parameters($"{prefix}.output"),
    ];

    private Matrix<float> Turned(Matrix<float> head, int place) =>
        Rotary.Rows(head, place, _options.RotaryBase, _options.RotaryHalves);

    private Tensor Turned(Tensor x, int heads, int place) => _options.Positions == PositionKind.Rotary
        ? Op.Rotate(x, heads, place, _options.RotaryBase, _options.RotaryHalves)
        : x;

    private void RequireOptions(int headWidth)
    {
        if (KeyValueHeads < 1 || Heads % KeyValueHeads != 0)
        {
            throw new ArgumentException(
                $"{Heads} heads of queries cannot share {KeyValueHeads} heads of keys and values evenly. " +
                $"Choose a number that divides {Heads}.", "options");
        }

        if (headWidth < 1)
        {
            throw new ArgumentException(
                $"A head of width {headWidth} holds nothing. Choose 1 or more, or null for d_model / h.", "options");
        }

        if (Window < 1)
        {
            throw new ArgumentException(
                $"A window of {Window} shows a token nothing, not even itself. Choose 1 or more, or null for all.",
                "options");
        }

        if (_options.Positions == PositionKind.Rotary && headWidth % 2 != 0)
        {
            throw new ArgumentException(
                $"Rotary positions turn pairs of columns, but a head is {headWidth} wide. " +
                "Choose d_model and heads so that d_model / h is even.", "options");
        }
    }

    private static Matrix<float>[,] ToRow(IReadOnlyList<Matrix<float>> pieces)
    {
        var row = new Matrix<float>[1, pieces.Count];
        for (int i = 0; i < pieces.Count; i++)
        {
            row[0, i] = pieces[i];
        }

        return row;
    }
}
