using MathNet.Numerics.LinearAlgebra;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The cells of chapter 13, with its solutions, against the library.</summary>
public class Chapter13Tests(Chapter13Tests.Cells cells) : IClassFixture<Chapter13Tests.Cells>
{
    private static readonly string[] s_pieces =
        [.. WordPiece.SpecialTokens, "p", "pack", "package", "##s", "##age", "##ages", "##a", "##k", "o", "##pen", "."];

    [Fact]
    public void The_model_is_the_librarys() => Models(cells);

    [Fact]
    public void The_classifier_and_its_pooling_are_the_librarys() => Classifiers(cells);

    [Fact]
    public void Words_are_cut_as_by_the_library() => Pieces(cells);

    [Fact]
    public void The_best_span_is_the_librarys() => Spans(cells);

    [Theory]
    [InlineData("cs-13piece1", "start == 0", "start == 1")]
    [InlineData("cs-13model1", "causal: false, padding);", "causal: false);")]
    [InlineData("cs-13model3", "bert.Tokens.Weight, bert.OutputBias", "bert.Tokens.Weight")]
    [InlineData("cs-13head01", "Op.Tanh(model.Pooler.Forward(c))", "model.Pooler.Forward(c)")]
    [InlineData("cs-13pool01", "/ real.Length", "/ rows.RowCount")]
    [InlineData("cs-13quest1", "i + most", "i + most - 1")]
    public void A_slip_in_a_cell_is_red(string cell, string from, string to) =>
        cells.With(cell, from, to).IsSeenBy(Models, Classifiers, Pieces, Spans);

    private static Bert Model(int width, int heads, int layers)
    {
        var bert = new Bert(
            new BertConfig
            {
                Vocabulary = 17, DModel = width, Heads = heads, DFeedForward = 2 * width, Layers = layers,
                Positions = 9, Deviation = 0.3f
            }, seed: 1);
        Initialise.Normal(bert.OutputBias, 1, new Random(1));
        return bert;
    }

    private static readonly (int Width, int Heads, int Layers, TokenBatch Texts)[] s_cases =
    [
        (8, 2, 2, TokenBatch.Of([[2, 7, 9, 11, 3], [2, 5, 3]], 0)), (12, 3, 1, TokenBatch.Of([[2, 16, 3]], 0)),
    ];

    /// <summary>The variable that the cells read, as the library has it.</summary>
    private const string Tokens = "var tokens = WordPiece.Of(WordPiece.SpecialTokens);";

    private static void Models(ChapterCode cells)
    {
        var scores = cells.Get<Func<Bert, TokenBatch, int[], Tensor>>(
            "(Bert bert, TokenBatch texts, int[] asked) => Scores(bert, Encode(bert, texts), asked)", Tokens);
        foreach (var (width, heads, layers, texts) in s_cases)
        {
            Bert bert = Model(width, heads, layers);
            // Rows of padding mean nothing.
            int[] real = [.. Enumerable.Range(0, texts.Ids.Length).Where(place => texts.Ids[place] != 0)];
            Tensor library = bert.MaskedLogits(bert.Encode(texts), real), mine = scores(bert, texts, real);
            Assert.Equal(library.Shape.ToArray(), mine.Shape.ToArray());
            Close.Numbers(library.Data, mine.Data);
        }
    }

    private static void Classifiers(ChapterCode cells)
    {
        var classify = cells.Get<Func<BertClassifier, TokenBatch, Tensor>>("Classify", Tokens);
        var pool = cells.Get<Func<Matrix<float>, bool[], Vector<float>>>("Pool");
        foreach (var (width, heads, layers, texts) in s_cases)
        {
            Bert bert = Model(width, heads, layers);
            foreach (Pooling pooling in Enum.GetValues<Pooling>())
            {
                var model = new BertClassifier(bert, 6, pooling, seed: 2);
                Close.Numbers(model.Forward(texts).Data, classify(model, texts).Data);
            }

            Tensor x = bert.Encode(texts);
            float[] mean = bert.Pool(x, texts, Pooling.Mean).Data;
            for (int b = 0; b < texts.Sentences; b++)
            {
                int from = b * texts.Length;
                Matrix<float> rows = Matrix<float>.Build.DenseOfRowMajor(
                    texts.Length, width, x.Data[(from * width)..((from + texts.Length) * width)]);
                Close.Numbers(
                    mean[(b * width)..((b + 1) * width)],
                    pool(rows, [.. texts.Ids[from..(from + texts.Length)].Select(id => id == 0)]));
            }
        }
    }

    private static void Pieces(ChapterCode cells)
    {
        var cut = cells.Get<Func<string, HashSet<string>, string[]>>("Cut");
        WordPiece library = WordPiece.Of(s_pieces);
        foreach (string word in new[] { "p", "packages", "package", "packs", "open", "opens", "café", "pp" })
        {
            Assert.Equal(library.Tokens(word), cut(word, [.. library.Vocabulary]));
        }
    }

    private static void Spans(ChapterCode cells)
    {
        var best = cells.Get<Func<float[], float[], int, (int First, int Last)>>("BestSpan");
        for (int seed = 0; seed < 50; seed++)
        {
            int length = 1 + (seed % 9);
            float[] starts = [.. Vector<float>.Build.Random(length, seed)],
                ends = [.. Vector<float>.Build.Random(length, seed + 100)];
            foreach (int most in new[] { 1, 3, 20 })
            {
                var (start, end, _) = BertReader.Span(starts, ends, most);
                Assert.Equal((start, end), best(starts, ends, most));
            }
        }
    }

    public sealed class Cells() : ChapterCode("13");
}
