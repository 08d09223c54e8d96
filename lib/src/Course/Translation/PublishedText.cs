using System.Globalization;
using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course;

/// <summary>Carries out a <see cref="TextRequest"/> with a published model: --model names its folder.</summary>
internal static class PublishedText
{
    /// <summary>What --help says of such a folder.</summary>
    public const string Help =
        "or a folder of a published model, with config.json, model.safetensors and its tokenizer";

    /// <summary>Whether --model names a folder and not a file.</summary>
    public static bool IsFolder(string model) => Directory.Exists(model);

    /// <summary>Reads a folder that has to be of a certain kind, with its tokenizer.</summary>
    /// <exception cref="CourseException">It cannot be read, or is of another kind; the message says why.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Pretrained Load(
        string folder, Func<Pretrained, bool> fits, string wanted, string weights = "float32")
    {
        Pretrained model;
        try
        {
            model = Pretrained.Load(folder, WeightsOption.Format(weights));
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new CourseException(e.Message);
        }

        return !fits(model) ? throw new CourseException($"{folder} is a {model.Architecture}. This needs {wanted}.")
            : model.Tokens is null ? throw new CourseException($"{folder} has no files of a tokenizer.")
            : model;
    }

    /// <summary>all-MiniLM-L6-v2, from its package.</summary>
    /// <exception cref="CourseException">The package is not on this machine; the message says what to do.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Pretrained LoadMiniLM()
    {
        try
        {
            return Pretrained.MiniLM();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new CourseException(e.Message);
        }
    }

    /// <exception cref="CourseException">Something cannot be read, written or worked on; the message says
    /// what.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run(
        Repository repository, TextRequest request, TextWords words, CancellationToken cancellation)
    {
        using OutputFile? page = request.Attention is { } html ? new OutputFile(html, newFolder: false) : null;
        if (page is not null && !File.Exists(repository.PlotlyScript))
        {
            throw new CourseException(Repository.BuildFirst);
        }

        LineWork.Run(request.Source, request.File, request.Output, words.Command, () =>
        {
            Pretrained model = Load(
                request.Model, found => found.EncoderDecoder is not null, "a Marian, a T5 or a BART", request.Weights);
            BeamOptions own = model.Generation.Beam;
            BeamOptions options = own with
            {
                Width = request.Beam,
                Best = request.Best,
                Alpha = request.LengthPenalty ?? own.Alpha,
                Rules = request.NoRepeat > 0 ? own.Rules with { NoRepeat = request.NoRepeat } : own.Rules,
            };
            return (line, number) =>
            {
                int[] source = model.Tokens!.Sentence(line);
                var found = model.Generate(source, options: options, token: cancellation);
                page?.Write(Page(model, words, line, source, found[0], File.ReadAllText(repository.PlotlyScript)));
                return string.Concat(found.Select(target => Line(model, target, request.Best, number)));
            };
        }, cancellation);
        page?.Complete();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string Line(Pretrained model, Hypothesis target, int best, int number)
    {
        string text = OneLine(model.Tokens!.Decode(target.Tokens));
        return best == 1 ? text + "\n" : string.Create(
            CultureInfo.InvariantCulture, $"{number}\t{target.Score:F4}\t{text}\n");
    }

    /// <summary>A line stays a line.</summary>
    internal static string OneLine(string text) => text.Replace('\r', ' ').Replace('\n', ' ');

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string Page(
        Pretrained model, TextWords words, string line, int[] source, Hypothesis target, string plotly)
    {
        PublishedTokenizer tokens = model.Tokens!;
        return AttentionPage.Html(
            words, line, tokens.Decode(target.Tokens), [.. source.Select(tokens.TokenText)],
            [
                .. target.Tokens.Select(tokens.TokenText),
                target.Ended ? tokens.TokenText(model.EncoderDecoder!.EndId) : "…",
            ],
            model.CrossAttention(source, target.Tokens), plotly);
    }
}
