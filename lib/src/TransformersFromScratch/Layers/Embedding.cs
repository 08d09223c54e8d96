using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// One vector a token. The same matrix turns tokens into vectors on the way in and vectors into scores over the
/// vocabulary on the way out ("we share the same weight matrix", Vaswani et al. 2017, section 3.4).
/// </summary>
public sealed class Embedding
{
    /// <summary>
    /// Normal vectors of standard deviation 1/√d_model, so that after the paper's multiplication by √d_model a
    /// number is about as large as one of the positional encoding.
    /// </summary>
    /// <param name="vocabulary">How many tokens there are.</param>
    /// <param name="dModel">d_model, the width of a vector.</param>
    /// <param name="random">Where the vectors come from.</param>
    public Embedding(int vocabulary, int dModel, Random random)
    {
        Weight = new Tensor(vocabulary, dModel) { RequiresGradient = true };
        Initialise.Normal(Weight, 1 / MathF.Sqrt(dModel), random);
    }

    /// <summary>[vocabulary, d_model]: row i is the vector of token i.</summary>
    public Tensor Weight { get; }

    /// <summary>How many tokens there are.</summary>
    public int Vocabulary => Weight.Shape[0];

    /// <summary>d_model.</summary>
    public int Width => Weight.Shape[1];

    /// <summary>The vectors of a sentence, not yet scaled.</summary>
    /// <param name="tokens">T token ids, each from 0 to vocabulary - 1.</param>
    /// <returns>T×d_model.</returns>
    /// <exception cref="ArgumentException">No tokens, or an id outside the vocabulary.</exception>
    public Matrix<float> Forward(IReadOnlyList<int> tokens)
    {
        RequireTokens(tokens);
        return Matrix<float>.Build.Dense(
            tokens.Count, Width, (row, column) => Weight.Data[(tokens[row] * Width) + column]);
    }

    /// <summary>
    /// <c>x Eᵀ</c>: how well each row fits each token of the vocabulary (logits, before any softmax).
    /// </summary>
    /// <param name="x">T×d_model.</param>
    /// <returns>T×vocabulary.</returns>
    public Matrix<float> Logits(Matrix<float> x)
    {
        Shapes.RequireWidth(x, Width, nameof(x), "This embedding");
        return x * Weight.AsMatrix(); // AsMatrix is d_model × vocabulary already: Eᵀ.
    }

    /// <summary>The vectors of a batch, not yet scaled, with a gradient: see <see cref="Op.Embedding"/>.</summary>
    /// <returns>[B, T, d_model].</returns>
    public Tensor Forward(TokenBatch tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return Op.Embedding(Weight, tokens.Ids, tokens.Sentences, tokens.Length);
    }

    /// <summary>The vectors of the places of a batch, where the rows are those of positions, with a gradient.</summary>
    /// <param name="tokens">B·T tokens, of which only the places count.</param>
    /// <param name="before">How much padding stands before each sentence (<see cref="TokenBatch.Before"/>), or
    /// null.</param>
    /// <param name="start">The place of the first column; above 0 where a sentence goes on.</param>
    /// <returns>[T, d_model], for all sentences the same; [B, T, d_model] if padding stands before some.</returns>
    internal Tensor OfPlaces(TokenBatch tokens, int[]? before, int start = 0)
    {
        var (places, shape) = tokens.RowsOfPlaces(before, start);
        return Op.Embedding(Weight, places, shape);
    }

    /// <summary><c>x Eᵀ</c> for a batch, with a gradient.</summary>
    /// <param name="x">[B, T, d_model].</param>
    /// <returns>[B, T, vocabulary].</returns>
    public Tensor Logits(Tensor x) => Op.Linear(x, Weight);

    /// <summary>The one weight.</summary>
    public IEnumerable<Parameter> Parameters(string prefix) => [new($"{prefix}.weight", Weight)];

    private void RequireTokens(IReadOnlyList<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (tokens.Count == 0)
        {
            throw new ArgumentException(
                "An empty sentence has nothing to attend to. Give at least one token.", nameof(tokens));
        }

        for (int i = 0; i < tokens.Count; i++)
        {
            if (tokens[i] < 0 || tokens[i] >= Vocabulary)
            {
                throw new ArgumentException(
                    $"Token {i} has id {tokens[i]}, but this vocabulary has ids 0 to {Vocabulary - 1}. " +
                    "Encode the sentence with the vocabulary the model was built for.", nameof(tokens));
            }
        }
    }
}
