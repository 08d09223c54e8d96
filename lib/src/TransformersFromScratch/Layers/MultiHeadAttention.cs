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
public sealed class MultiHeadAttention
{
    /// <summary>Projections with Xavier weights and zero biases.</summary>
    /// <param name="dModel">d_model; 512 in the paper.</param>
    /// <param name="heads">h, which must divide d_model; 8 in the paper.</param>
    /// <param name="random">Where the weights come from.</param>
    /// <exception cref="ArgumentException">h does not divide d_model.</exception>
    public MultiHeadAttention(int dModel, int heads, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(heads);
        if (dModel % heads != 0)
        {
            throw new ArgumentException(
                $"{heads} heads cannot share a d_model of {dModel} evenly: {dModel} / {heads} leaves {dModel % heads}. " +
                $"Choose a d_model that is a multiple of {heads}, such as {((dModel / heads) + 1) * heads}.", nameof(heads));
        }

        Heads = heads;
        Query = new Linear(dModel, dModel, random);
        Key = new Linear(dModel, dModel, random);
        Value = new Linear(dModel, dModel, random);
        Output = new Linear(dModel, dModel, random);
    }

    /// <summary>h, the number of heads.</summary>
    public int Heads { get; }

    /// <summary>d_model.</summary>
    public int Width => Query.Inputs;

    /// <summary>d_k = d_v = d_model / h.</summary>
    public int HeadWidth => Width / Heads;

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
    public MultiHeadResult Forward(Matrix<float> x, Mask? mask = null) => Forward(x, x, mask);

    /// <summary>Cross-attention: queries come from x, keys and values from the memory.</summary>
    /// <param name="x">T×d_model.</param>
    /// <param name="memory">S×d_model: in the decoder, the encoder's output.</param>
    /// <param name="mask">T×S, or null.</param>
    public MultiHeadResult Forward(Matrix<float> x, Matrix<float> memory, Mask? mask = null)
    {
        var queries = Split(Query.Forward(x), Heads);
        var keys = Split(Key.Forward(memory), Heads);
        var values = Split(Value.Forward(memory), Heads);

        var heads = Enumerable.Range(0, Heads)
            .Select(i => Attention.ScaledDotProduct(queries[i], keys[i], values[i], mask))
            .ToList();

        Matrix<float> output = Output.Forward(Merge([.. heads.Select(head => head.Output)]));
        return new MultiHeadResult(output, [.. heads.Select(head => head.Weights)]);
    }

    /// <summary>Self-attention of a batch, with a gradient.</summary>
    /// <param name="x">[B, T, d_model].</param>
    /// <param name="causal">Whether a token sees no later one.</param>
    /// <param name="keyIsPadding">B·T flags (<see cref="TokenBatch.Padding"/>), or null.</param>
    /// <param name="maps">If given, the weights [B, h, T, T] are added to it.</param>
    /// <returns>[B, T, d_model].</returns>
    public Tensor Forward(Tensor x, bool causal = false, bool[]? keyIsPadding = null, ICollection<Tensor>? maps = null) =>
        Forward(x, x, causal, keyIsPadding, maps);

    /// <summary>Cross-attention of a batch, with a gradient: queries come from x, keys and values from the memory.</summary>
    /// <param name="x">[B, T, d_model].</param>
    /// <param name="memory">[B, S, d_model].</param>
    /// <param name="causal">Whether a query sees no later key.</param>
    /// <param name="keyIsPadding">B·S flags, or null.</param>
    /// <param name="maps">If given, the weights [B, h, T, S] are added to it.</param>
    /// <returns>[B, T, d_model].</returns>
    public Tensor Forward(Tensor x, Tensor memory, bool causal = false, bool[]? keyIsPadding = null, ICollection<Tensor>? maps = null) =>
        Attend(x, Key.Forward(memory), Value.Forward(memory), causal, keyIsPadding, maps);

    /// <summary>Attention to keys and values that have been computed already: those of a <see cref="DecoderCache"/>, for example.</summary>
    /// <param name="x">[B, T, d_model].</param>
    /// <param name="keys">[B, S, d_model].</param>
    /// <param name="values">[B, S, d_model].</param>
    /// <param name="causal">Whether a query sees no later key.</param>
    /// <param name="keyIsPadding">B·S flags, or null.</param>
    /// <param name="maps">If given, the weights [B, h, T, S] are added to it.</param>
    /// <returns>[B, T, d_model].</returns>
    public Tensor Attend(Tensor x, Tensor keys, Tensor values, bool causal = false, bool[]? keyIsPadding = null, ICollection<Tensor>? maps = null)
    {
        var (output, weights) = Op.Attention(Query.Forward(x), keys, values, Heads, causal, keyIsPadding);
        maps?.Add(weights);
        return Output.Forward(output);
    }

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
