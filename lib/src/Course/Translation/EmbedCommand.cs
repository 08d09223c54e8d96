using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course;

/// <summary>embed: a vector for each text, by a published BERT.</summary>
internal static class EmbedCommand
{
    private const string MiniLm = "minilm";

    public static Command Create()
    {
        var text = new Argument<string?>("text")
        {
            Description = "A text; standard input, a text a line, if neither it nor --file is given.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var file = new Option<string?>("--file")
        {
            Description = "A text file in UTF-8, a text a line. A blank line gives a blank line.",
        };
        var output = new Option<string?>("--output")
        {
            Description = "Where the vectors go, a line each, with tabs between the numbers; standard output if not " +
                "given.",
        };
        var model = new Option<string>("--model")
        {
            Description = $"{MiniLm} for all-MiniLM-L6-v2, which is restored with the course's other packages, or a " +
                "folder of a published BERT or RoBERTa, with config.json, model.safetensors and its tokenizer.",
            DefaultValueFactory = _ => MiniLm,
        };
        var command = new Command(
            "embed",
            "Gives a vector of length 1 for each text: the mean of what a BERT makes of its tokens. The product of " +
            "two says how alike the texts are, as far as the model has learned it.")
        {
            text, file, output, model,
        };
        command.SetAction((parsed, cancellation) =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            Embed(
                parsed.GetValue(text), parsed.GetValue(file), parsed.GetValue(output), parsed.GetValue(model)!,
                cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Embed(
        string? text, string? file, string? output, string folder, CancellationToken cancellation) => LineWork.Run(
        text, file, output, "embed",
        () =>
        {
            Pretrained model = folder == MiniLm && !PublishedText.IsFolder(folder)
                ? PublishedText.LoadMiniLM()
                : PublishedText.Load(folder, found => found.Bert is not null, "a BERT or a RoBERTa");
            return (line, _) => string.Join(
                '\t', model.Embed(line).Select(number => number.ToString("G6", CultureInfo.InvariantCulture))) + "\n";
        },
        cancellation);
}
