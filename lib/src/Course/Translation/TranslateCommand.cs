using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Shared;
using TransformersFromScratch;

namespace Course;

/// <summary>translate: a sentence, a file or what another program writes, through a translator that the course ships or the reader has trained.</summary>
internal static class TranslateCommand
{
    /// <summary>How many lines are sorted by length and translated together: enough to fill batches, few enough to wait for.</summary>
    private const int Window = 512;

    /// <summary>What --help and README say of the shipped models.</summary>
    private const string LearnedFrom =
        "The models that the course ships have learned from sentences of LibreOffice's help, of 3 to 24 words and marks each, and from nothing else: " +
        "what is not about menus, cells, pages and settings becomes nonsense. A word or sign that they have never seen is named on standard error.";

    private sealed record Request(
        string? Sentence, string? File, string? Output, string Model, int Beam, double? LengthPenalty, int Best, string? Attention);

    public static Command Create()
    {
        var sentence = new Argument<string?>("sentence") { Description = "One sentence; standard input, a sentence a line, if neither it nor --file is given.", Arity = ArgumentArity.ZeroOrOne };
        var file = new Option<string?>("--file") { Description = "A text file in UTF-8, a sentence a line. A blank line gives a blank line." };
        var output = new Option<string?>("--output") { Description = "Where the translations go, a line a sentence; standard output if not given." };
        var model = new Option<string>("--model") { Description = "en-fr, en-de or a .safetensors file of the train command.", DefaultValueFactory = _ => "en-fr" };
        var beam = new Option<int>("--beam") { Description = "How many hypotheses are followed at once; 1 is greedy.", DefaultValueFactory = _ => 4 }.Between(1, 64);
        var penalty = new Option<double?>("--length-penalty")
        {
            Description = "α, 0 to 10: 0 favours short translations. If not given, the model's own: 1.8 for en-fr, 1.4 for en-de, 0.6 for a file that has none.",
        }.Between(0, 10);
        var best = new Option<int>("--n-best") { Description = "How many translations of each sentence: line, score and text, with tabs between.", DefaultValueFactory = _ => 1 }.Between(1, 64);
        var attention = new Option<string?>("--attention") { Description = "An .html file to be written, in a folder that is there: the cross-attention of every layer and head, for one sentence." };
        var command = new Command("translate", $"Translates a sentence, a file or standard input. {LearnedFrom}") { sentence, file, output, model, beam, penalty, best, attention };
        command.SetAction((parsed, cancellation) =>
        {
            var request = new Request(
                parsed.GetValue(sentence), parsed.GetValue(file), parsed.GetValue(output), parsed.GetValue(model)!,
                parsed.GetValue(beam), parsed.GetValue(penalty), parsed.GetValue(best), parsed.GetValue(attention));
            Check(request);
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            Translate(repository, request, cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    private static void Check(Request request)
    {
        if (request.Best > request.Beam) { throw new CourseException($"--n-best is from 1 to --beam, here {request.Beam}, not {request.Best}."); }
        if (request is { Sentence: not null, File: not null }) { throw new CourseException("Give either a sentence or --file, not both."); }
        if (request is { Sentence: null, Attention: not null })
        {
            throw new CourseException("--attention draws one sentence. Give that as the argument: translate \"Click a filter to select it.\" --attention out.html");
        }

        if (request is { Sentence: null, File: null } && !Console.IsInputRedirected)
        {
            throw new CourseException("There is nothing to translate. Give a sentence in quotes, or --file in.txt, or lines on standard input.");
        }

        if (request.Attention is { } page && !FileKind.Of(page).IsSpecial && Path.GetExtension(page).ToUpperInvariant() is not (".HTML" or ".HTM"))
        {
            throw new CourseException($"--attention writes a page for the browser: give it a name that ends in .html, not {page}.");
        }

        if (request is { Attention: { } html, Output: { } text } && !FileKind.Of(html).IsSpecial && RealPath.Of(html) == RealPath.Of(text))
        {
            throw new CourseException($"--output and --attention both name {text}. Give them two names.");
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Translate(Repository repository, Request request, CancellationToken cancellation)
    {
        // Whatever cannot be read or written is said before the work, not after it.
        using Stream? input = request.Sentence is null ? Open(request.File) : null;
        using OutputFile? output = request.Output is { } path ? new OutputFile(path, newFolder: false) : null;
        using OutputFile? page = request.Attention is { } html ? new OutputFile(html, newFolder: false) : null;
        if (page is not null && !File.Exists(repository.PlotlyScript)) { throw new CourseException(Repository.BuildFirst); }

        Translator translator = Load(repository, request.Model);
        if (request.Sentence is { } only && IsBlank(translator, only)) { throw new CourseException("The sentence is empty: there is nothing to translate."); }

        string name = request.File ?? "standard input";
        var note = new UnlearnedNote(translator.Learned, oneSentence: input is null);
        LineReader? reader = input is null ? null : new LineReader(input, name);
        Action<string> write = output is null ? ToStandardOutput() : output.Write;
        long start = Stopwatch.GetTimestamp();
        int done = 0;
        foreach (var (window, problem) in Windows(reader?.Lines(cancellation) ?? [(1, request.Sentence!)], () => reader?.MustWait ?? true, line => Fault(translator, line.Text) is { } fault
            ? new CourseException(input is null ? $"The sentence {fault}" : $"{name}, line {line.Number} {fault}") : null))
        {
            (int Number, string Text)[] sentences = [.. window.Where(line => !IsBlank(translator, line.Text))];
            var found = translator.NBest([.. sentences.Select(line => line.Text)], request.Best, request.Beam, request.LengthPenalty, cancellation);
            var translations = sentences.Zip(found).ToDictionary(pair => pair.First.Number, pair => pair.Second);
            foreach (var (number, sentence) in window)
            {
                note.Read(number, sentence);
                if (!translations.TryGetValue(number, out IReadOnlyList<Hypothesis>? hypotheses))
                {
                    write(request.Best == 1 ? "\n" : string.Create(CultureInfo.InvariantCulture, $"{number}\t\t\n"));
                    continue;
                }

                foreach (Hypothesis hypothesis in hypotheses)
                {
                    string text = translator.Decode(hypothesis.Tokens).Replace('\r', ' ').Replace('\n', ' '); // a line stays a line
                    write(request.Best == 1 ? text + "\n" : string.Create(CultureInfo.InvariantCulture, $"{number}\t{hypothesis.Score:F4}\t{text}\n"));
                }
            }

            if (page is not null)
            {
                page.Write(AttentionPage.Html(translator, request.Sentence!, found[0][0], File.ReadAllText(repository.PlotlyScript)));
            }

            done += window.Count;
            if (input is not null && !Console.IsErrorRedirected)
            {
                Console.Error.Write($"\r{done:N0} {(done == 1 ? "line" : "lines")}, {done / Stopwatch.GetElapsedTime(start).TotalSeconds:N0} a second");
            }

            if (problem is null) { continue; }

            note.Say();
            throw problem;
        }

        if (input is not null && !Console.IsErrorRedirected) { Console.Error.WriteLine(); }

        if (done == 0) { throw new CourseException($"{name} is empty: there is nothing to translate."); }

        input?.Dispose(); // The output may replace the input.
        output?.Complete();
        page?.Complete();
        note.Say();
    }

    /// <summary>
    /// Windows of lines: as many as are there, so that a program that writes a line and waits for the answer gets it. The lines before a bad one are still
    /// handed on, together with what is wrong with that one.
    /// </summary>
    private static IEnumerable<(List<(int Number, string Text)> Lines, CourseException? Problem)> Windows(
        IEnumerable<(int Number, string Text)> lines, Func<bool> mustWait, Func<(int Number, string Text), CourseException?> fault)
    {
        using var all = lines.GetEnumerator();
        while (true)
        {
            List<(int Number, string Text)> window = [];
            CourseException? problem = null;
            bool more = true;
            while (more && problem is null && window.Count < Window && (window.Count == 0 || !mustWait()))
            {
                try
                {
                    more = all.MoveNext();
                    problem = more ? fault(all.Current) : null;
                    if (more && problem is null) { window.Add(all.Current); }
                }
                catch (InvalidDataException e)
                {
                    problem = new CourseException(e.Message);
                }
            }

            if (window.Count > 0) { yield return (window, problem); }
            else if (problem is not null) { throw problem; }

            if (!more || problem is not null) { yield break; }
        }
    }

    private static bool IsBlank(Translator translator, string sentence) => string.IsNullOrWhiteSpace(translator.Normalise(sentence));

    /// <summary>Why a sentence cannot be translated, if so.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string? Fault(Translator translator, string sentence)
    {
        int tokens = translator.Encode(translator.Normalise(sentence)).Length;
        return tokens <= translator.Longest ? null
            : $"is too long: it has {tokens} tokens, and {translator.Longest} are the most this translator has learned. " +
              $"Cut it into sentences of about {Math.Max(1, (int)((long)translator.Longest * sentence.Length / tokens))} characters at most.";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static Translator Load(Repository repository, string model) => ModelFile.Load(repository, model);

    internal static Stream Open(string? file)
    {
        if (file is null) { return Console.OpenStandardInput(); }

        try
        {
            return File.OpenRead(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CourseException($"Cannot read {file}: {e.Message}");
        }
    }

    internal static Action<string> ToStandardOutput()
    {
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return Console.Out.Write;
    }
}
