using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Word vectors by counting alone: words that keep the same company get similar vectors ("You shall know a word by the
/// company it keeps", Firth 1957). They give the first chapters real numbers to attend to before anything is trained.
/// </summary>
public sealed class WordVectors
{
    private WordVectors(Vocabulary vocabulary, Matrix<float> matrix) => (Vocabulary, Matrix) = (vocabulary, matrix);

    /// <summary>Which row is which word.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>One row a token; the numbers of a row have mean square 1. The special tokens' rows are 0.</summary>
    public Matrix<float> Matrix { get; }

    /// <summary>
    /// Counts how often each word has each of the most frequent words within <paramref name="window"/> places of it,
    /// turns the counts into positive pointwise mutual information, <c>max(0, log p(w, c) / (p(w) p(c)))</c> (Church
    /// and Hanks 1990; Bullinaria and Levy 2007), and keeps the <paramref name="dimensions"/> directions in which words
    /// differ most.
    /// </summary>
    /// <param name="sentences">Sentences as people write them.</param>
    /// <param name="vocabulary">The words to make vectors of.</param>
    /// <param name="dimensions">d, the width of a vector.</param>
    /// <param name="window">How many places to the left and to the right count as company.</param>
    /// <param name="contexts">How many of the most frequent words are counted as company; at least d.</param>
    public static WordVectors FromCounts(
        IEnumerable<string> sentences, Vocabulary vocabulary, int dimensions = 64, int window = 3, int contexts = 300)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        ArgumentNullException.ThrowIfNull(vocabulary);
        contexts = Math.Min(contexts, vocabulary.Count - FirstWord);
        if (dimensions < 1 || dimensions > contexts)
        {
            throw new ArgumentException(
                $"{dimensions} dimensions cannot come from {contexts} context words. Ask for 1 to {contexts}.",
                nameof(dimensions));
        }

        Matrix<float> information = PositiveMutualInformation(Count(sentences, vocabulary, window, contexts));
        Matrix<float> vectors = information * PrincipalDirections(information, dimensions);
        return new WordVectors(vocabulary, ToUnitMeanSquare(vectors));
    }

    /// <summary>The vectors of a sentence, one row a word.</summary>
    /// <exception cref="ArgumentException">A word is unknown; the message offers the nearest ones.</exception>
    public Matrix<float> Of(IReadOnlyList<string> words)
    {
        int[] ids = Vocabulary.Encode(words);
        return Matrix<float>.Build.DenseOfRows(ids.Select(id => (IEnumerable<float>)Matrix.Row(id)));
    }

    /// <summary>The words whose vectors point most nearly the same way, with the cosine of the angle.</summary>
    public IReadOnlyList<(string Word, float Cosine)> Nearest(string word, int count = 5)
    {
        Vector<float> vector = Matrix.Row(Vocabulary.Encode([word])[0]);
        Vector<float> cosines = Matrix * vector / Matrix.ColumnCount; // every row has length √d
        return [.. Enumerable.Range(FirstWord, Vocabulary.Count - FirstWord)
            .Where(id => Vocabulary[id] != word)
            .OrderByDescending(id => cosines[id])
            .Take(count)
            .Select(id => (Vocabulary[id], cosines[id]))];
    }

    private const int FirstWord = Vocabulary.Unknown + 1;

    /// <summary>
    /// [word, context]: how often they stood near each other. Contexts are the first words of the vocabulary.
    /// </summary>
    private static Matrix<float> Count(IEnumerable<string> sentences, Vocabulary vocabulary, int window, int contexts)
    {
        var counts = Matrix<float>.Build.Dense(vocabulary.Count, contexts);
        foreach (string sentence in sentences)
        {
            int[] ids = vocabulary.Encode(Words.Split(sentence), unknownAllowed: true);
            for (int i = 0; i < ids.Length; i++)
            {
                for (int j = Math.Max(0, i - window); j <= Math.Min(ids.Length - 1, i + window); j++)
                {
                    int context = ids[j] - FirstWord;
                    if (i != j && ids[i] >= FirstWord && context >= 0 && context < contexts)
                    {
                        counts.At(ids[i], context, counts.At(ids[i], context) + 1);
                    }
                }
            }
        }

        return counts;
    }

    private static Matrix<float> PositiveMutualInformation(Matrix<float> counts)
    {
        Vector<float> words = counts.RowSums(), contexts = counts.ColumnSums();
        float all = words.Sum();
        return counts.MapIndexed((word, context, count) => count == 0 ? 0 :
            Math.Max(0, MathF.Log(count * all / (words[word] * contexts[context]))));
    }

    /// <summary>
    /// The eigenvectors of XᵀX with the largest eigenvalues, one a column. An eigenvector may point either way; here
    /// its largest number is positive, so that two runs agree.
    /// </summary>
    private static Matrix<float> PrincipalDirections(Matrix<float> x, int count)
    {
        Matrix<float> all = x.TransposeThisAndMultiply(x).Evd(Symmetricity.Symmetric).EigenVectors;
        Matrix<float> last = all.SubMatrix(0, all.RowCount, all.ColumnCount - count, count); // eigenvalues ascend
        foreach (var (index, direction) in last.EnumerateColumnsIndexed())
        {
            last.SetColumn(index, direction * MathF.Sign(direction[direction.AbsoluteMaximumIndex()]));
        }

        return last;
    }

    private static Matrix<float> ToUnitMeanSquare(Matrix<float> vectors)
    {
        foreach (var (index, row) in vectors.EnumerateRowsIndexed())
        {
            float length = (float)row.L2Norm();
            if (length > 0)
            {
                vectors.SetRow(index, row * (MathF.Sqrt(vectors.ColumnCount) / length));
            }
        }

        return vectors;
    }
}
