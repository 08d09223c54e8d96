using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Shared;
using TransformersFromScratch;

namespace Course;

/// <summary>Carries out a <see cref="TextRequest"/>: a source, a file or what another program writes, through a model
/// that makes text of text.</summary>
internal static class TextWork
{
    /// <summary>How many lines are sorted by length and worked on together: enough to fill batches, few enough to wait
    /// for.</summary>
    private const int Window = 512;

    /// <param name="repository">The course.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="words">How the command speaks.</param>
    /// <param name="load">Reads the model that the request names.</param>
    /// <param name="page">The page on one source and what was made of it; the last is the drawing library.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="CourseException">Something cannot be read, written or worked on; the message says
    /// what.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run<TModel>(
        Repository repository, TextRequest request, TextWords words, Func<TModel> load,
        Func<TModel, EncodedText, Hypothesis, string, string> page,
        CancellationToken cancellation) where TModel : TextToText
    {
        // Whatever cannot be read or written is said before the work, not after it.
        using Stream? input = request.Source is null ? Open(request.File) : null;
        using OutputFile? output = request.Output is { } path ? new OutputFile(path, newFolder: false) : null;
        using OutputFile? attention = request.Attention is { } html ? new OutputFile(html, newFolder: false) : null;
        if (attention is not null && !File.Exists(repository.PlotlyScript))
        {
            throw new CourseException(Repository.BuildFirst);
        }

        TModel model = load();
        model.Compact(WeightsOption.Format(request.Weights));
        string name = request.File ?? "standard input";
        var note = new UnlearnedNote(model.Learned, words.Source, oneSource: input is null);
        LineReader? reader = input is null ? null : new LineReader(input, name);
        Action<string> write = output is null ? ToStandardOutput() : output.Write;
        long start = Stopwatch.GetTimestamp();
        int done = 0;
        CourseException? Problem(Line line) => Fault(line.Text, words, mayBeBlank: input is not null) is { } fault
            ? new CourseException(input is null ? $"{words.TheSource} {fault}" : $"{name}, line {line.Number} {fault}")
            : null;

        var lines = reader?.Lines(cancellation) ?? [(1, request.Source!)];
        var read = lines.Select(line => new Line(line.Number, model.Read(line.Text)));
        foreach (var (window, problem) in Windows(read, () => reader?.MustWait ?? true, Problem))
        {
            Line[] sources = [.. window.Where(line => !line.Text.IsBlank)];
            var found = model.NBest([.. sources.Select(line => line.Text)], request.Best, request.Beam,
                request.LengthPenalty, cancellation, request.NoRepeat);
            var targets = sources.Zip(found).ToDictionary(pair => pair.First.Number, pair => pair.Second);
            foreach (var (number, source) in window)
            {
                note.Read(number, source);
                if (!targets.TryGetValue(number, out IReadOnlyList<Hypothesis>? hypotheses))
                {
                    write(request.Best == 1 ? "\n" : string.Create(CultureInfo.InvariantCulture, $"{number}\t\t\n"));
                    continue;
                }

                foreach (Hypothesis hypothesis in hypotheses)
                {
                    // A line stays a line.
                    string text = model.Decode(hypothesis.Tokens).Replace('\r', ' ').Replace('\n', ' ');
                    write(request.Best == 1 ? text + "\n" : string.Create(CultureInfo.InvariantCulture,
                        $"{number}\t{hypothesis.Score:F4}\t{text}\n"));
                }
            }

            attention?.Write(page(model, sources[0].Text, found[0][0], File.ReadAllText(repository.PlotlyScript)));
            done += window.Count;
            if (input is not null && !Console.IsErrorRedirected)
            {
                double rate = done / Stopwatch.GetElapsedTime(start).TotalSeconds;
                Console.Error.Write($"\r{done:N0} {(done == 1 ? "line" : "lines")}, {rate:N0} a second");
            }

            if (problem is null) { continue; }

            note.Say();
            throw problem;
        }

        if (input is not null && !Console.IsErrorRedirected) { Console.Error.WriteLine(); }

        if (done == 0) { throw new CourseException($"{name} is empty: there is nothing to {words.Command}."); }

        input?.Dispose(); // The output may replace the input.
        output?.Complete();
        attention?.Complete();
        note.Say();
    }

    /// <summary>
    /// Windows of lines: as many as are there, so that a program that writes a line and waits for the answer gets it.
    /// The lines before a bad one are still
    /// handed on, together with what is wrong with that one.
    /// </summary>
    private static IEnumerable<(List<Line> Lines, CourseException? Problem)> Windows(
        IEnumerable<Line> lines, Func<bool> mustWait, Func<Line, CourseException?> fault)
    {
        using var all = lines.GetEnumerator();
        while (true)
        {
            List<Line> window = [];
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

    /// <summary>
    /// Why a source cannot be worked on, if so. A blank line of a file is no fault: it gives a blank line.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string? Fault(EncodedText source, TextWords words, bool mayBeBlank) =>
        source.IsBlank && !mayBeBlank ? $"is empty: there is nothing to {words.Command}."
        : source.IsTooLong ?
            $"is too long: it has {source.Ids.Count} tokens, and {source.Longest} are the most this model " +
            "has learned. " +
            $"Cut it into {words.Source}s of about {source.CharactersOfAPart} characters at most."
        : null;

    /// <summary>A line of the input, from 1, as the model reads it.</summary>
    private readonly record struct Line(int Number, EncodedText Text);

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
