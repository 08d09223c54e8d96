namespace TransformersFromScratch;

/// <summary>
/// The classifier to beat: logistic regression of several classes on <see cref="TfIdf"/>. Each class has a weight for
/// each word; the class
/// whose words weigh most wins. It learns in a second, and each of its weights can be read.
/// </summary>
/// <remarks>
/// It has the least of: the sum of the cross-entropies of the texts, and half the sum of all squared weights over
/// <c>strength</c>. That sum has one lowest point, and gradient descent with momentum (Nesterov 1983) gets there from
/// everywhere, so there
/// is no chance in it.
/// </remarks>
public sealed class BagOfWords
{
    private const int Steps = 300;

    private readonly TfIdf _words;
    private readonly double[,] _weights; // [class, word]
    private readonly double[] _biases;

    /// <summary>Learns from labelled texts.</summary>
    /// <param name="texts">At least one.</param>
    /// <param name="labels">The class of each, from 0.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="strength">
    /// How much the texts count against small weights, above 0; scikit-learn calls it C. 100 did best on held-out
    /// package texts.
    /// </param>
    /// <exception cref="ArgumentException">There are not as many labels as texts, or a label is no class.</exception>
    public BagOfWords(IReadOnlyList<string> texts, IReadOnlyList<int> labels, int classes, double strength = 100)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(strength);
        if (texts.Count != labels.Count || labels.Any(label => label < 0 || label >= classes))
        {
            throw new ArgumentException(
                $"{texts.Count} texts need as many labels, each from 0 to {classes - 1}.", nameof(labels));
        }

        _words = new TfIdf(texts);
        (_weights, _biases) = (new double[classes, _words.Count], new double[classes]);
        Learn([.. texts.Select(_words.Of)], labels, decay: 1 / (strength * texts.Count));
    }

    /// <summary>The class of a text.</summary>
    public int Classify(string text) =>
        Probabilities(text) is var probabilities ? Array.IndexOf(probabilities, probabilities.Max()) : 0;

    /// <summary>How probable each class is.</summary>
    public double[] Probabilities(string text) => Probabilities(_words.Of(text));

    /// <summary>The words that speak most for a class, the strongest first.</summary>
    public IReadOnlyList<(string Word, double Weight)> Strongest(int classNumber, int count = 10) =>
        [.. Enumerable.Range(0, _words.Count).OrderByDescending(place => _weights[classNumber, place]).Take(count)
            .Select(place => (_words.Word(place), _weights[classNumber, place]))];

    private double[] Probabilities((int Place, double Weight)[] vector)
    {
        double[] scores =
            [.. _biases.Select((bias, c) => bias + vector.Sum(entry => _weights[c, entry.Place] * entry.Weight))];
        double most = scores.Max(), sum = scores.Sum(score => Math.Exp(score - most));
        return Array.ConvertAll(scores, score => Math.Exp(score - most) / sum);
    }

    /// <summary>
    /// Of vectors of length 1 and a bias the mean cross-entropy is nowhere more curved than 1, so a step of 1 / (1 +
    /// decay) never
    /// overshoots.
    /// </summary>
    private void Learn((int Place, double Weight)[][] vectors, IReadOnlyList<int> labels, double decay)
    {
        int classes = _biases.Length;
        double[,] before = (double[,])_weights.Clone();
        double[] biasesBefore = [.. _biases];
        double step = 1 / (1 + decay);
        for (int t = 1; t <= Steps; t++)
        {
            var (gradient, biasGradient) = Gradient(vectors, labels);
            double momentum = t / (t + 3.0);
            for (int c = 0; c < classes; c++)
            {
                for (int place = 0; place < _words.Count; place++)
                {
                    double next = _weights[c, place] - step * (gradient[c, place] + decay * _weights[c, place]);
                    (before[c, place], _weights[c, place]) = (next, next + momentum * (next - before[c, place]));
                }

                double nextBias = _biases[c] - step * biasGradient[c];
                (biasesBefore[c], _biases[c]) = (nextBias, nextBias + momentum * (nextBias - biasesBefore[c]));
            }
        }
    }

    /// <summary>
    /// Of the mean cross-entropy: the probability that a class was given less the 1 of the right one, times the
    /// vector.
    /// </summary>
    private (double[,] Weights, double[] Biases) Gradient(
        (int Place, double Weight)[][] vectors, IReadOnlyList<int> labels)
    {
        var weights = new double[_biases.Length, _words.Count];
        double[] biases = new double[_biases.Length];
        for (int i = 0; i < vectors.Length; i++)
        {
            double[] errors = Probabilities(vectors[i]);
            errors[labels[i]] -= 1;
            for (int c = 0; c < errors.Length; c++)
            {
                double error = errors[c] / vectors.Length;
                biases[c] += error;
                foreach (var (place, weight) in vectors[i])
                {
                    weights[c, place] += error * weight;
                }
            }
        }

        return (weights, biases);
    }
}
