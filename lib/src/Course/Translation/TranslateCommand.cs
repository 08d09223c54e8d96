using System.CommandLine;
using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course;

/// <summary>translate: a sentence, a file or what another program writes, through a translator that the course ships or
/// the reader has trained.</summary>
internal static class TranslateCommand
{
    /// <summary>What --help and README say of the shipped models.</summary>
    private const string LearnedFrom =
        "The models that the course ships have learned from sentences of LibreOffice's help, of 3 to 24 words and " +
        "marks each, and from nothing else: " +
        "what is not about menus, cells, pages and settings becomes nonsense. A word or sign that they have never " +
        "seen is named on standard error.";

    private static readonly TextWords s_words = new("translate", "sentence", "translation",
        "Click a filter to select it.");

    public static Command Create() => TextRequest.Command(
        s_words, $"Translates a sentence, a file or standard input. {LearnedFrom}",
        ("en-fr", $"en-fr, en-de, a .safetensors file of the train command, {PublishedText.Help} (Marian, T5, BART)."),
        "If not given, the model's own: 1.8 for en-fr, 1.4 for en-de, 0.6 for a file that has none.", noRepeat: null,
            Translate);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Translate(Repository repository, TextRequest request, CancellationToken cancellation)
    {
        if (PublishedText.IsFolder(request.Model))
        {
            PublishedText.Run(repository, request, s_words, cancellation);
            return;
        }

        TextWork.Run(
            repository, request, s_words, () => Load(repository, request.Model),
            (translator, sentence, translation, plotly) =>
            {
                // Row t of the decoder chooses target token t, having read the start and the tokens before t.
                var maps = translator.Model.Forward(sentence.Ids, [Vocabulary.Start, .. translation.Tokens])
                    .Decoder.CrossAttention;
                return AttentionPage.Html(translator, s_words, sentence, translation, maps, plotly);
            },
            cancellation);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static Translator Load(Repository repository, string model) => ModelFile.Load(
        repository, model, ["en-fr", "en-de"], Translator.Load, "translator", "train");
}
