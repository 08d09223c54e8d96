using System.CommandLine;
using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course;

/// <summary>summarise: a description, a file or what another program writes, through the summariser that the course
/// ships or the reader has trained.</summary>
internal static class SummariseCommand
{
    /// <summary>What --help and README say of the shipped model.</summary>
    private const string LearnedFrom =
        "The model that the course ships has learned from descriptions of Debian packages, of 15 to 70 words each, " +
        "and their one-line synopses, and from nothing else: " +
        "of what is not about programs, libraries and files it makes nonsense. A word or sign that it has never " +
        "seen is named on standard error.";

    private static readonly TextWords s_words = new(
        "summarise", "text", "summary",
            "This package contains a small program that converts images. It reads and writes many formats.");

    public static Command Create() => TextRequest.Command(
        s_words, $"Summarises a text, a file or standard input in some words. {LearnedFrom}",
        ("summaries",
                $"summaries, a .safetensors file of the command lab summaries, {PublishedText.Help} (BART, T5)."),
            "If not given, the model's own.", noRepeat: 2, Summarise);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Summarise(Repository repository, TextRequest request, CancellationToken cancellation)
    {
        if (PublishedText.IsFolder(request.Model))
        {
            PublishedText.Run(repository, request, s_words, cancellation);
            return;
        }

        TextWork.Run(
            repository, request, s_words,
            () => ModelFile.Load(repository, request.Model, ["summaries"], Summarizer.Load, "summariser", "lab"),
            (summarizer, text, summary, plotly) => AttentionPage.Html(
                summarizer, s_words, text, summary,
                    summarizer.CrossAttention(text.Ids, summary.Tokens), plotly),
            cancellation);
    }
}
