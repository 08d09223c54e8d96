using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Laboratory;

/// <summary>Sequences that repeat, scores of heads, circuits, and a training of a few steps.</summary>
public class InductionTests
{
    [Fact]
    public void What_can_be_known_of_words_is_what_followed_before()
    {
        (TokenBatch tokens, int[] next) = Repeats.DrawWords(
            new Random(1), batch: 40, length: 30, vocabulary: 20, words: 4, wordLength: 3);
        Assert.True(next.Count(id => id != Op.NoTarget) > 200);
        for (int i = 0; i < next.Length; i++)
        {
            int[] before = tokens.Ids[(i / 30 * 30)..i];
            int at = Array.LastIndexOf(before, tokens.Ids[i]);
            if (next[i] != Op.NoTarget)
            {
                Assert.Equal(tokens.Ids[(i / 30 * 30) + at + 1], next[i]);
                Assert.True((i + 1) % 30 == 0 || next[i] == tokens.Ids[i + 1]);
            }
            else
            {
                Assert.True(at < 0 || i % 30 % 3 == 2, $"known at {i}, and not asked");
            }
        }
    }

    [Fact]
    public void Halves_are_the_same_and_without_repeats()
    {
        (TokenBatch tokens, int[] next) = Repeats.DrawHalves(new Random(1), batch: 10, half: 6, vocabulary: 16);
        foreach (int[] sequence in tokens.Ids.Chunk(12))
        {
            Assert.Equal(sequence[..6], sequence[6..]);
            Assert.Equal(6, sequence.Distinct().Count());
        }

        Assert.Equal(10 * 5, next.Count(id => id != Op.NoTarget));
        Assert.All(
            Enumerable.Range(0, 120).Where(i => next[i] != Op.NoTarget), i => Assert.Equal(tokens.Ids[i + 1], next[i]));
    }

    [Fact]
    public void Scores_of_made_up_heads()
    {
        static Tensor Map(Func<int, int> key)
        {
            var map = new Tensor(1, 1, 8, 8);
            for (int t = 0; t < 8; t++) { map.Data[(t * 8) + Math.Max(0, key(t))] = 1; }
            return map;
        }

        Assert.Equal(1, HeadScores.PrefixMatching(Map(t => t - 3))[0]);
        Assert.Equal(0, HeadScores.PrefixMatching(Map(t => t - 4))[0]);
        Assert.Equal(1, HeadScores.SameToken(Map(t => t - 4))[0]);
        Assert.Equal(1, HeadScores.PreviousToken(Map(t => t - 1))[0]);
        Assert.Equal(0, HeadScores.PreviousToken(Map(t => t))[0]);
        Assert.Throws<ArgumentException>(() => HeadScores.PreviousToken(new Tensor(2, 3)));
    }

    [Fact]
    public void Circuits_are_what_the_heads_compute()
    {
        var random = new Random(4);
        var attention = new MultiHeadAttention(12, 3, random, new LayerOptions { Bias = false });
        var x = Matrix<float>.Build.Dense(5, 12, (_, _) => random.NextSingle() - 0.5f);
        MultiHeadResult result = attention.Forward(x);
        Matrix<float> sum = x * 0;
        for (int head = 0; head < 3; head++)
        {
            Matrix<float> weights = Softmax.Rows(x * Circuits.QueryKey(attention, head) * x.Transpose());
            Assert.True((weights - result.Weights[head]).Enumerate().Max(MathF.Abs) < 1e-5f);
            sum += weights * x * Circuits.OutputValue(attention, head);
        }

        Assert.True((sum - result.Output).Enumerate().Max(MathF.Abs) < 1e-5f);
    }

    [Fact]
    public void Copying_and_composition()
    {
        Assert.Equal(1, Circuits.Copying(Matrix<float>.Build.DenseIdentity(4)));
        Assert.Equal(0, Circuits.Copying(Matrix<float>.Build.DenseIdentity(4) * -1));
        var one = Matrix<float>.Build.DenseOfArray(new float[,] { { 1, 0 }, { 0, 0 } });
        var two = Matrix<float>.Build.DenseOfArray(new float[,] { { 0, 0 }, { 0, 1 } });
        Assert.Equal(1, Circuits.Composition(one, one), 6);
        Assert.Equal(0, Circuits.Composition(one, two), 6);
        Assert.Throws<ArgumentException>(() => Circuits.Composition(one, one * 0));
    }

    [Fact]
    public void A_training_is_looked_at_repeats_and_is_read_back()
    {
        var recipe = new InductionRecipe { Steps = 12, DModel = 16, Heads = 2, Batch = 2 };
        var looks = new InductionTraining(recipe, seed: 2).Run(every: 5);
        Assert.Equal([0, 5, 10, 12], looks.Select(look => look.Step));
        Assert.All(looks, look => Assert.Equal(4, look.Prefix.Count));
        Assert.Equal(looks[^1].Prefix, new InductionTraining(recipe, seed: 2).Run(every: 5)[^1].Prefix);
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            InductionRun.Save(path, looks.Select(look => new InductionRun("two layers", 2, look)));
            InductionRun back = InductionRun.Load(path)[^1];
            Assert.Equal(("two layers", 2, 12L), (back.Variant, back.Seed, back.Point.Step));
            Assert.Equal(looks[^1].Loss, back.Point.Loss, 1e-4);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Wrong_recipes_are_refused()
    {
        static string Says(InductionRecipe recipe) => Assert.Throws<ArgumentException>(recipe.Check).Message;
        Assert.Contains("Heads", Says(new() { DModel = 60, Heads = 8 }), StringComparison.Ordinal);
        Assert.Contains("Words", Says(new() { Words = 10, WordLength = 8 }), StringComparison.Ordinal);
        Assert.Contains("Steps", Says(new() { Steps = 1 }), StringComparison.Ordinal);
        foreach (var (_, recipe) in InductionRecipe.Variants) { recipe.Check(); }
    }

    [Fact]
    public void Sentences_with_it()
    {
        Assert.Equal(SentencesWithIt.Templates.Count * SentencesWithIt.Nouns.Count, SentencesWithIt.Made.Count);
        Assert.All(SentencesWithIt.Made, made => Assert.Contains(" it", made.English, StringComparison.Ordinal));
        Assert.Equal(
            "If you see a filter, click text.",
            SentencesWithIt.Made.First(
                made => made.English.StartsWith("If you see", StringComparison.Ordinal)).Control);
    }
}
