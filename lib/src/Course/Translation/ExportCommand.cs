using System.CommandLine;
using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course;

/// <summary>export: a model of this course as a folder that Hugging Face opens.</summary>
internal static class ExportCommand
{
    private static readonly string[] s_shipped = ["en-fr", "en-de", "austen-gpt", "bert", "summaries"];

    public static Command Create()
    {
        var model = new Argument<string>("model")
        {
            Description = $"A model that the course ships ({string.Join(", ", s_shipped)}), or a .safetensors file " +
                "that a command or Save of this course wrote. A translator becomes a Marian, a GPT becomes a GPT-2, " +
                "or a Llama if its positions turn; a BERT stays a BERT, and a summariser becomes an mBART, or a BART " +
                "if its norms stand after the layers.",
        };
        var folder = new Argument<string>("folder")
        {
            Description = "A new folder: config.json, model.safetensors, generation_config.json and the files of the " +
                "tokenizer come into it.",
        };
        var command = new Command(
            "export",
            "Writes a model as a folder that Hugging Face's from_pretrained takes, and that --model of translate, " +
            "summarise, complete and embed takes, too.")
        {
            model, folder,
        };
        command.SetAction((parsed, _) =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            Export(repository, parsed.GetValue(model)!, parsed.GetValue(folder)!);
            return Task.FromResult(0);
        });
        return command;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Export(Repository repository, string model, string folder)
    {
        string path = s_shipped.Contains(model) ? Path.Combine(repository.Data, $"{model}.safetensors") : model;
        try
        {
            var published = Pretrained.OfFile(path);
            published.Save(folder);
            Console.Out.Write($"Written: {folder} ({published.Architecture}). In Python: {Opens(published)}\n");
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException
            or NotSupportedException)
        {
            throw new CourseException(e.Message);
        }
    }

    /// <summary>The class of Hugging Face that opens it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string Opens(Pretrained model) =>
        (model.Gpt is not null ? "AutoModelForCausalLM"
            : model.EncoderDecoder is not null ? "AutoModelForSeq2SeqLM"
            : model.Reader is not null ? "AutoModelForQuestionAnswering"
            : "AutoModelForMaskedLM") + ".from_pretrained(…), AutoTokenizer.from_pretrained(…)";
}
