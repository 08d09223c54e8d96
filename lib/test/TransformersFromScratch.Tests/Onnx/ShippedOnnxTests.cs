namespace TransformersFromScratch.Tests.Onnx;

/// <summary>The shipped models in ONNX Runtime: greedy text, token for token that of this course.</summary>
public class ShippedOnnxTests
{
    private static string Data(string name) => Path.Combine(Corpus.Folder(name), name);

    private static string[] Sources(string file, int count) =>
        [.. File.ReadLines(Data(file)).Take(count).Select(line => line.Split('\t')[0])];

    [Theory]
    [InlineData("en-fr", "en-fr.test.tsv")]
    [InlineData("en-de", "en-de.test.tsv")]
    [InlineData("summaries", "package-summaries.test.tsv")]
    public void A_shipped_translator_or_summariser_writes_the_same_tokens(string name, string test)
    {
        string path = Data($"{name}.safetensors");
        TextToText own = name == "summaries" ? Summarizer.Load(path) : Translator.Load(path);
        int[][] sources = [.. Sources(test, 30).Where(text => !own.Read(text).IsTooLong).Select(own.Encode)];
        Assert.True(sources.Length > 20);
        // As it is, and as it is published: with the dimensions of a translator in Marian's order, in float16.
        Compare(own.Network, OnnxFile.Of(own.Network), sources);
        Compare(
            own.Network, Pretrained.OfFile(path).OnnxFiles(new OnnxOptions { Half = true }), sources);
    }

    private static void Compare(IEncoderDecoder model, IReadOnlyList<OnnxFile> files, int[][] sources)
    {
        const int longest = 60;
        using OnnxRun encoder = new(files[0]), decoder = new(files[1]), further = new(files[2]);
        Assert.All(sources, source => Assert.Equal(
            Greedy.Decode(model, TokenBatch.Of([source], model.PaddingId), longest)[0],
            OnnxWriter.Write(encoder, decoder, further, model, source, longest)));
    }

    [Fact]
    public void The_shipped_GPT_goes_on_with_the_same_tokens()
    {
        var own = LanguageModel.Load(Data("austen-gpt.safetensors"));
        using var run = new OnnxRun(OnnxFile.Of(own.Model));
        foreach (string prompt in (string[])["Emma was", "It is a truth", "\"My dear Mr. ", "  He\n"])
        {
            int[] ids = own.Encode(prompt);
            int[] wanted = [.. Generation.Stream(own.Model, ids, 60, end: own.End)];
            Assert.Equal(wanted, OnnxWriter.Continue(run, own.Model, ids, 60, own.End));
        }
    }

    [Fact]
    public void The_shipped_reader_of_stories_finds_the_same_answers()
    {
        var own = StoryReader.Load(Data("stories.safetensors"));
        using var run = new OnnxRun(OnnxFile.Of(own.Reader));
        using var quiet = Tape.NoGradient();
        var random = new Random(20);
        int vocabulary = own.Reader.Bert.Config.Vocabulary;
        foreach (int length in (int[])[8, 20, 40])
        {
            var tokens = new TokenBatch(
                [.. Enumerable.Range(0, 2 * length).Select(_ => random.Next(5, vocabulary))], 2, length);
            var outputs = run.Run(
                ("input_ids", Array.Of(tokens)),
                ("attention_mask", Array.MaskOf(tokens, own.Reader.Bert.Config.PaddingId)),
                ("token_type_ids", Array.Of(new long[2 * length], 2, length)));
            var (starts, ends) = own.Reader.Forward(tokens);
            OnnxRun.Close(starts, outputs["start_logits"]);
            OnnxRun.Close(ends, outputs["end_logits"]);
        }
    }
}
