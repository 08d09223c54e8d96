using System.CommandLine;
using Shared;

namespace Course;

/// <summary>What a reader asks of a model that makes text of text.</summary>
/// <param name="Source">One source; null if they come as lines.</param>
/// <param name="File">Where the lines are; standard input if null.</param>
/// <param name="Output">Where the targets go; standard output if null.</param>
/// <param name="Model">A shipped model's name, or a file.</param>
/// <param name="Beam">How many hypotheses are followed at once.</param>
/// <param name="LengthPenalty">α; the model's own if null.</param>
/// <param name="Best">How many targets of each source.</param>
/// <param name="NoRepeat">No n tokens come twice in a target; 0 allows it.</param>
/// <param name="Attention">A page to be written; none if null.</param>
internal sealed record TextRequest(
    string? Source, string? File, string? Output, string Model, int Beam, double? LengthPenalty, int Best,
    int NoRepeat, string? Attention)
{
    /// <summary>How the weights are kept: a name of <see cref="WeightsOption"/>.</summary>
    public string Weights { get; init; } = "float32";

    /// <summary>Whether it can be done, as far as that can be said before anything is read.</summary>
    /// <exception cref="CourseException">It cannot; the message says what to change.</exception>
    public void Check(TextWords words)
    {
        if (Best > Beam) { throw new CourseException($"--n-best is from 1 to --beam, here {Beam}, not {Best}."); }
        if (this is { Source: not null, File: not null })
        {
            throw new CourseException($"Give either a {words.Source} or --file, not both.");
        }

        if (this is { Source: null, Attention: not null })
        {
            throw new CourseException(
                $"--attention draws one {words.Source}. Give that as the argument: {words.Command} " +
                $"\"{words.Example}\" --attention out.html");
        }

        if (this is { Source: null, File: null } && !Console.IsInputRedirected)
        {
            throw new CourseException(
                $"There is nothing to {words.Command}. Give a {words.Source} in quotes, or --file in.txt, or lines " +
                "on standard input.");
        }

        if (Attention is { } page && !FileKind.Of(page).IsSpecial
            && Path.GetExtension(page).ToUpperInvariant() is not (".HTML" or ".HTM"))
        {
            throw new CourseException(
                $"--attention writes a page for the browser: give it a name that ends in .html, not {page}.");
        }

        if (this is { Attention: { } html, Output: { } text } && !FileKind.Of(html).IsSpecial
            && RealPath.Of(html) == RealPath.Of(text))
        {
            throw new CourseException($"--output and --attention both name {text}. Give them two names.");
        }
    }

    /// <summary>A command whose arguments make a request.</summary>
    /// <param name="words">How it speaks.</param>
    /// <param name="description">What --help says of it.</param>
    /// <param name="model">The shipped model that is taken if none is named, and what --help says of the
    /// option.</param>
    /// <param name="penalty">What --help says of the model's own α.</param>
    /// <param name="noRepeat">What n is if none is given; null leaves the option out, and allows repetition.</param>
    /// <param name="run">Does it.</param>
    public static Command Command(
        TextWords words, string description, (string Default, string Help) model, string penalty, int? noRepeat,
        Action<Repository, TextRequest, CancellationToken> run)
    {
        var source = new Argument<string?>(words.Source)
        {
            Description = $"One {words.Source}; standard input, a {words.Source} a line, if neither it nor --file is " +
                "given.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var file = new Option<string?>("--file")
        {
            Description = $"A text file in UTF-8, a {words.Source} a line. A blank line gives a blank line.",
        };
        var output = new Option<string?>("--output")
        {
            Description = $"Where the {words.Target} goes, a line a {words.Source}; standard output if not given.",
        };
        var which = new Option<string>("--model")
        {
            Description = model.Help, DefaultValueFactory = _ => model.Default,
        };
        var beam = new Option<int>("--beam")
        {
            Description = "How many hypotheses are followed at once; 1 is greedy.", DefaultValueFactory = _ => 4,
        }.Between(1, 64);
        var alpha = new Option<double?>("--length-penalty")
        {
            Description = $"α, 0 to 10: 0 favours a short {words.Target}. {penalty}",
        }.Between(0, 10);
        var best = new Option<int>("--n-best")
        {
            Description = $"How many of each {words.Source}: line, score and text, with tabs between.",
            DefaultValueFactory = _ => 1,
        }.Between(1, 64);
        var repeat = new Option<int>("--no-repeat")
        {
            Description = "No row of so many tokens comes twice; 0 allows it.",
            DefaultValueFactory = _ => noRepeat ?? 0,
        }.Between(0, 64);
        var attention = new Option<string?>("--attention")
        {
            Description = "An .html file to be written, in a folder that is there: the cross-attention of " +
                "every layer " +
                $"and head, for one {words.Source}.",
        };
        Option<string> weights = WeightsOption.Create();
        var command = new Command(words.Command, description)
        {
            source, file, output, which, beam, alpha, best, attention, weights,
        };
        if (noRepeat is not null) { command.Options.Add(repeat); }

        command.SetAction((parsed, cancellation) =>
        {
            var request = new TextRequest(
                parsed.GetValue(source), parsed.GetValue(file), parsed.GetValue(output), parsed.GetValue(which)!,
                parsed.GetValue(beam), parsed.GetValue(alpha), parsed.GetValue(best),
                noRepeat is null ? 0 : parsed.GetValue(repeat), parsed.GetValue(attention))
            {
                Weights = parsed.GetValue(weights)!,
            };
            request.Check(words);
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            run(repository, request, cancellation);
            return Task.FromResult(0);
        });
        return command;
    }
}
