using System.CommandLine;
using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course;

/// <summary>complete: goes on with a text, by the course's own GPT or a published one.</summary>
internal static class CompleteCommand
{
    public static Command Create()
    {
        var prompt = new Argument<string>("text") { Description = "What the text begins with." };
        var model = new Option<string?>("--model")
        {
            Description = "A .safetensors file of a language model of this course (data/austen-gpt.safetensors if " +
                $"not given), {PublishedText.Help} (GPT-2, Llama).",
        };
        var longest = new Option<int>("--tokens")
        {
            Description = "How many tokens to write at most.", DefaultValueFactory = _ => 100,
        }.Between(1, 100_000);
        var temperature = new Option<double>("--temperature")
        {
            Description = "0 always takes the likeliest token; 1 draws as the model says.",
            DefaultValueFactory = _ => 0,
        }.Between(0, 100);
        var topK = new Option<int>("--top-k")
        {
            Description = "Draws from so many of the likeliest tokens; 0 from all.", DefaultValueFactory = _ => 0,
        }.Between(0, 1_000_000);
        var topP = new Option<double>("--top-p")
        {
            Description = "Draws from the likeliest tokens that have this probability together.",
            DefaultValueFactory = _ => 1,
        }.Between(1e-6, 1);
        var seed = new Option<int>("--seed")
        {
            Description = "The same seed, the same text.", DefaultValueFactory = _ => 1,
        }.Between(0, int.MaxValue);
        Option<string> weights = WeightsOption.Create();
        var command = new Command("complete", "Goes on with a text, a token after the other.")
        {
            prompt, model, longest, temperature, topK, topP, seed, weights,
        };
        command.SetAction((parsed, cancellation) =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            Complete(
                parsed.GetValue(prompt)!,
                parsed.GetValue(model) ?? Path.Combine(repository.Data, "austen-gpt.safetensors"),
                parsed.GetValue(longest),
                (parsed.GetValue(temperature), parsed.GetValue(topK), parsed.GetValue(topP), parsed.GetValue(seed)),
                parsed.GetValue(weights)!, cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Complete(
        string prompt, string model, int longest, (double Temperature, int TopK, double TopP, int Seed) how,
        string weights, CancellationToken cancellation)
    {
        SamplingOptions? sampling = how.Temperature == 0 ? null
            : new SamplingOptions { Temperature = how.Temperature, TopK = how.TopK, TopP = how.TopP };
        Random? random = sampling is null ? null : new Random(how.Seed);
        Action<string> write = TextWork.ToStandardOutput();
        try
        {
            IEnumerable<string> pieces = PublishedText.IsFolder(model)
                ? PublishedText.Load(model, found => found.Gpt is not null, "a GPT-2 or a Llama", weights)
                    .Complete(prompt, longest, sampling, random, cancellation)
                : Own(model, weights)
                    .Complete(prompt, longest, sampling, random, cancellation);
            write(prompt);
            foreach (string piece in pieces)
            {
                write(piece);
                Console.Out.Flush(); // Each piece is there as soon as it is written.
            }

            write("\n");
        }
        catch (ArgumentException e)
        {
            throw new CourseException(e.Message.Split(" (Parameter", 2)[0]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static LanguageModel Own(string file, string weights)
    {
        LanguageModel model = LabFiles.Read(() => LanguageModel.Load(file));
        model.Model.Compact(WeightsOption.Format(weights));
        return model;
    }
}
