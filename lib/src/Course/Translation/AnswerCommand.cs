using System.CommandLine;
using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course;

/// <summary>
/// answer: a question about a story, a file of them or what another program writes, through a reader that `lab
/// stories` has trained.
/// </summary>
internal static class AnswerCommand
{
    /// <summary>What --help says of the world that the model knows.</summary>
    private const string LearnedFrom =
        "The model has learned from made-up stories and from nothing else: twelve people go to twelve places, take " +
        "twelve things, drop them and give them to each " +
        "other, in sentences such as 'mary went to the kitchen.' and 'mary gave the ball to tom.'. It can be asked " +
        "'where is mary?', 'who has the ball?' and 'what did mary take last?'. It answers anything else too, and " +
        "wrongly. A word that it has never seen is named on standard error.";

    private const string Needed =
        "A story and a question are needed, with a tab between, and neither may be empty.";

    public static Command Create()
    {
        var story = new Argument<string?>(
            "story")
        {
            Description = "The story; with the question after it. Standard input if neither it nor " +
                "--file is given.", Arity = ArgumentArity.ZeroOrOne
        };
        var question = new Argument<string?>("question")
        { Description = "The question.", Arity = ArgumentArity.ZeroOrOne };
        var file = new Option<string?>(
            "--file")
        {
            Description = "A text file in UTF-8: a story, a tab and a question a line. A blank line " +
                "gives a blank line."
        };
        var output = new Option<string?>("--output")
        { Description = "Where the answers go, a line each; standard output if not given." };
        var model = new Option<string?>("--model")
        {
            Description = "A .safetensors file of lab stories (data/stories.safetensors if not given), " +
                $"{PublishedText.Help} (a BERT for question answering).",
        };
        var command = new Command(
            "answer", $"Answers a question with words of a story. {LearnedFrom}") { story, question, file,
            output, model };
        command.SetAction((parsed, cancellation) =>
        {
            var (text, asked, path) = (parsed.GetValue(story), parsed.GetValue(question), parsed.GetValue(file));
            Check(text, asked, path);
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            Answer(
                parsed.GetValue(model) ?? Path.Combine(repository.Data, "stories.safetensors"),
                text is null ? null : $"{text}\t{asked}", path,
                parsed.GetValue(output), cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    private static void Check(string? story, string? question, string? file)
    {
        if (story is not null && file is not null)
        {
            throw new CourseException("Give either a story and a question or --file, not both.");
        }
        if (story is not null && question is null)
        {
            throw new CourseException(
                "The question is missing. Give both in quotes: answer \"Mary went to the kitchen.\" " +
                "\"Where is Mary?\"");
        }

        if (story is not null && string.IsNullOrWhiteSpace(story + question)) { throw new CourseException(Needed); }

        if (story is null && file is null && !Console.IsInputRedirected)
        {
            throw new CourseException(
                "There is nothing to answer. Give a story and a question, each in quotes, or --file in.tsv, or lines " +
                "on standard input.");
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Answer(
        string model, string? one, string? file, string? outputPath, CancellationToken cancellation)
    {
        var strange = new SortedSet<string>(StringComparer.Ordinal);
        try
        {
            LineWork.Run(one, file, outputPath, "answer", () => Ready(model, strange), cancellation);
        }
        finally
        {
            if (strange.Count > 0)
            {
                Console.Error.WriteLine($"Words that the model has never seen: {string.Join(", ", strange.Take(20))}.");
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Func<string, int, string> Ready(string model, SortedSet<string> strange)
    {
        StoryReader? reader = PublishedText.IsFolder(model) ? null : LabFiles.Read(() => StoryReader.Load(model));
        Func<string, string, string> answer = reader is not null
            ? (story, question) => reader.Answer(story, question).Text
            : Published(PublishedText.Load(
                model, found => found.Reader is not null, "a BERT that was trained to answer"));
        return (line, _) => AnswerOf(reader, answer, line, strange) + "\n";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Func<string, string, string> Published(Pretrained model) =>
        (story, question) => PublishedText.OneLine(model.Answer(story, question));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string AnswerOf(
        StoryReader? reader, Func<string, string, string> answer, string line, SortedSet<string> strange)
    {
        if (line.Split('\t') is not [var story, var question] || string.IsNullOrWhiteSpace(story)
            || string.IsNullOrWhiteSpace(question))
        {
            throw new ArgumentException(Needed);
        }

        if (reader is not null) { strange.UnionWith(reader.Strange($"{story} {question}")); }

        return answer(story, question);
    }
}
