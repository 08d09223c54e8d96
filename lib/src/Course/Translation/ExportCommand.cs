using System.CommandLine;
using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course;

/// <summary>export: a model of this course as a folder for Hugging Face, for ONNX Runtime, or for a browser.</summary>
internal static class ExportCommand
{
    private static readonly string[] s_shipped = ["en-fr", "en-de", "austen-gpt", "bert", "summaries"];

    public static Command Create()
    {
        var model = new Argument<string>("model")
        {
            Description = $"A model that the course ships ({string.Join(", ", s_shipped)}), or a .safetensors file " +
                "that a command or Save of this course wrote, or with --onnx a folder of Hugging Face's. A " +
                "translator becomes a Marian, a GPT becomes a GPT-2, or a Llama if its positions turn; a BERT stays " +
                "a BERT, and a summariser becomes an mBART, or a BART if its norms stand after the layers.",
        };
        var folder = new Argument<string>("folder")
        {
            Description = "A new folder: config.json, model.safetensors, generation_config.json and the files of the " +
                "tokenizer come into it.",
        };
        var onnx = new Option<bool>("--onnx")
        {
            Description = "The model as ONNX files in the place of model.safetensors: model.onnx; of a translator or " +
                "summariser encoder_model.onnx, decoder_model.onnx and decoder_with_past_model.onnx.",
        };
        var half = new Option<bool>("--half")
        {
            Description = "With --onnx: weights are stored as float16, in half the space.",
        };
        var page = new Option<bool>("--page")
        {
            Description = "A page that translates in the browser: ONNX files of float16, ONNX Runtime for the web, " +
                "and the page. Any web server serves the folder; nothing else is asked for.",
        };
        var command = new Command(
            "export",
            "Writes a model as a folder that Hugging Face's from_pretrained takes, and that --model of translate, " +
            "summarise, complete and embed takes, too; or as ONNX, which other programs run.")
        {
            model, folder, onnx, half, page,
        };
        command.SetAction((parsed, _) =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            if (parsed.GetValue(half) && !parsed.GetValue(onnx))
            {
                throw new CourseException(
                    "--half is for ONNX files: add --onnx. (--page has halves already, and safetensors have none.)");
            }

            if (parsed.GetValue(page) && parsed.GetValue(onnx))
            {
                throw new CourseException("--page has its ONNX files already: leave --onnx away.");
            }

            Export(
                repository, parsed.GetValue(model)!, parsed.GetValue(folder)!, parsed.GetValue(onnx),
                parsed.GetValue(half), parsed.GetValue(page));
            return Task.FromResult(0);
        });
        return command;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Export(Repository repository, string model, string folder, bool onnx, bool half, bool page)
    {
        string path = s_shipped.Contains(model) ? Path.Combine(repository.Data, $"{model}.safetensors") : model;
        try
        {
            if (Directory.Exists(path) && !onnx)
            {
                throw new CourseException(
                    $"{model} is a folder already. With --onnx it becomes ONNX files; a page is for this course's " +
                    "own models, whose tokenizer it knows.");
            }

            Pretrained published = Directory.Exists(path) ? Pretrained.Load(path) : Pretrained.OfFile(path);
            if (page)
            {
                TranslatePage.Write(repository, published, folder);
                Console.Out.Write(
                    $"Written: {folder} (a page with {published.Architecture}). Serve it, for example with: " +
                    $"dotnet run --project lib/samples/TranslationApi -- --page {folder}\n");
                return;
            }

            if (onnx)
            {
                published.SaveOnnx(folder, new OnnxOptions { Half = half });
            }
            else
            {
                published.Save(folder);
            }

            Console.Out.Write(
                $"Written: {folder} ({published.Architecture}). In Python: {Opens(published, onnx)}\n");
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException
            or NotSupportedException)
        {
            throw new CourseException(e.Message);
        }
    }

    /// <summary>The class of Hugging Face that opens it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string Opens(Pretrained model, bool onnx) =>
        (onnx ? "ORTModelFor" : "AutoModelFor") +
        (model.Gpt is not null ? "CausalLM"
            : model.EncoderDecoder is not null ? "Seq2SeqLM"
            : model.Reader is not null ? "QuestionAnswering"
            : "MaskedLM") + ".from_pretrained(…), AutoTokenizer.from_pretrained(…)";
}
