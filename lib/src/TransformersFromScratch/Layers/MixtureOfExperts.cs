using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Several feed-forward networks, the experts, in the place of one. A router chooses one or two of them for each token:
/// <c>y = Σ_i p_i(x) E_i(x)</c> over the chosen i, where <c>p = softmax(x W_r)</c> (Fedus, Zoph and Shazeer 2021,
/// "Switch Transformers", section 2.1, equations 1 and 2). So there are more parameters, and no more work per token.
/// </summary>
/// <remarks>
/// The choice itself has no slope. The factor p_i has one, and by it the router learns. The paper gives each expert a
/// capacity and drops the tokens above it, because its experts stand on different machines; here no token is dropped.
/// So what becomes of a token depends on no other token, and a causal model stays causal.
/// </remarks>
public sealed class MixtureOfExperts
{
    private readonly FeedForward[] _experts;

    /// <summary>Experts with fresh weights, and a router without a bias.</summary>
    /// <param name="dModel">d_model.</param>
    /// <param name="dFeedForward">d_ff of each expert.</param>
    /// <param name="random">Where the weights come from.</param>
    /// <param name="experts">E, how many there are; at least 2.</param>
    /// <param name="perToken">k, how many a token is sent to: 1 as in the paper, at most E.</param>
    /// <param name="activation">Between the linear maps of each expert.</param>
    /// <param name="bias">Whether the maps of the experts add a bias.</param>
    /// <exception cref="ArgumentException">There are too few experts, or k is none of 1 to E.</exception>
    public MixtureOfExperts(
        int dModel, int dFeedForward, Random random, int experts, int perToken = 1,
        Activation activation = Activation.Relu, bool bias = true)
    {
        if (experts < 2 || perToken < 1 || perToken > experts)
        {
            throw new ArgumentException(
                $"{experts} experts with {perToken} per token are no mixture. Take 2 or more experts, and 1 to " +
                $"{experts} of them per token; for a single network take a FeedForward.", nameof(experts));
        }

        PerToken = perToken;
        Router = new Linear(dModel, experts, random, bias: false);
        _experts = [.. Enumerable.Range(0, experts)
            .Select(_ => new FeedForward(dModel, dFeedForward, random, activation, bias))];
    }

    /// <summary>The E networks.</summary>
    public IReadOnlyList<FeedForward> Experts => _experts;

    /// <summary>W_r: d_model → E, a score per expert.</summary>
    public Linear Router { get; }

    /// <summary>k, how many experts a token is sent to.</summary>
    public int PerToken { get; }

    /// <summary>The definition, token by token.</summary>
    /// <param name="x">T×d_model.</param>
    /// <returns>T×d_model.</returns>
    public Matrix<float> Forward(Matrix<float> x)
    {
        Matrix<float> probabilities = Softmax.Rows(Router.Forward(x));
        var y = Matrix<float>.Build.Dense(x.RowCount, x.ColumnCount);
        for (int token = 0; token < x.RowCount; token++)
        {
            Matrix<float> row = x.SubMatrix(token, 1, 0, x.ColumnCount);
            foreach (int expert in Largest(probabilities.Row(token).ToArray(), PerToken))
            {
                y.SetRow(token, y.Row(token) + (probabilities[token, expert] * _experts[expert].Forward(row).Row(0)));
            }
        }

        return y;
    }

    /// <summary>The same for a batch, with a gradient: each expert reads all of its tokens at once.</summary>
    /// <param name="x">[…, d_model].</param>
    /// <param name="routings">If given, what the router did is added to it.</param>
    /// <returns>[…, d_model].</returns>
    public Tensor Forward(Tensor x, ICollection<Routing>? routings = null)
    {
        int width = x.Shape[^1], tokens = x.Length / width;
        Tensor rows = x.Reshape(tokens, width);
        Tensor probabilities = Op.Softmax(Router.Forward(rows));
        int[][] sent = Send(probabilities);
        routings?.Add(new Routing(sent, probabilities));
        Tensor?[] outputs = [.. _experts.Select((expert, i) => sent[i].Length == 0
            ? null
            : expert.Forward(Op.Embedding(rows, sent[i], sent[i].Length)))]; // Reads rows of x as of a table.
        return Op.Mix(probabilities, sent, outputs, width).Reshape([.. x.Shape]);
    }

    /// <summary>The router, then the experts.</summary>
    public IEnumerable<Parameter> Parameters(string prefix) =>
    [
        .. Router.Parameters($"{prefix}.router"),
        .. _experts.SelectMany((expert, i) => expert.Parameters($"{prefix}.experts.{i}")),
    ];

    /// <summary>For each expert the tokens that are sent to it, in order.</summary>
    private int[][] Send(Tensor probabilities)
    {
        int experts = _experts.Length;
        var sent = Array.ConvertAll(_experts, _ => new List<int>());
        for (int token = 0; token < probabilities.Shape[0]; token++)
        {
            foreach (int expert in Largest(probabilities.Span.Slice(token * experts, experts), PerToken))
            {
                sent[expert].Add(token);
            }
        }

        return Array.ConvertAll(sent, list => list.ToArray());
    }

    /// <summary>Where the k largest numbers stand; of equal ones the first.</summary>
    private static int[] Largest(ReadOnlySpan<float> numbers, int k)
    {
        int[] largest = new int[k];
        for (int n = 0; n < k; n++)
        {
            int best = -1;
            for (int i = 0; i < numbers.Length; i++)
            {
                if (!largest.AsSpan(0, n).Contains(i) && (best < 0 || numbers[i] > numbers[best]))
                {
                    best = i;
                }
            }

            largest[n] = best;
        }

        return largest;
    }
}
