// A translator of the course as a web service, on one page:
//   dotnet run --project lib/samples/TranslationApi
//   curl http://127.0.0.1:5017/translate --json '{"text":"Click a filter to select it."}'
// --model FILE takes another translator, --urls ADDRESS another address, and --page FOLDER serves a folder, such as the
// page of "course export en-fr FOLDER --page".

using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using TransformersFromScratch;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = 64 * 1024);
string file = builder.Configuration["model"] ?? Path.Combine(Data(), "en-fr.safetensors");
if (builder.Configuration["urls"] is null) { builder.WebHost.UseUrls("http://127.0.0.1:5017"); }

var translator = Translator.Load(file); // Once: it only reads its weights, so many requests may use it at a time.
WebApplication app = builder.Build();

// Whatever else cannot be answered (no JSON, no such address) is answered by a sentence, and not by an empty page.
app.UseStatusCodePages(failed => failed.HttpContext.Response.WriteAsJsonAsync(new Answer(
    null, "Send a POST to /translate with JSON such as {\"text\":\"Click a filter to select it.\"}.")));

app.MapPost("/translate", (Question question, CancellationToken gone) =>
{
    EncodedText sentence = translator.Read(question.Text ?? "");
    if (sentence.IsBlank) { return Refused("There is nothing to translate: 'text' is missing or empty."); }

    if (sentence.IsTooLong)
    {
        return Refused(
            $"The sentence has {sentence.Ids.Count} tokens, and this model reads {translator.Longest}: cut it into " +
            $"sentences of about {sentence.CharactersOfAPart} characters at most.");
    }

    if (question.Beam is < 1 or > 16) { return Refused($"'beam' is {question.Beam}; it may be 1 to 16."); }

    return Results.Json(new Answer(translator.Translate([sentence.Text], question.Beam, token: gone)[0], null));
});

if (builder.Configuration["page"] is { } page)
{
    var files = new PhysicalFileProvider(Path.GetFullPath(page));
    var types = new FileExtensionContentTypeProvider();
    (types.Mappings[".onnx"], types.Mappings[".mjs"]) = ("application/octet-stream", "text/javascript");
    app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
    app.UseStaticFiles(new StaticFileOptions { FileProvider = files, ContentTypeProvider = types });
}

app.Run();

static IResult Refused(string why) => Results.Json(new Answer(null, why), statusCode: 400);

// The folder data/ of the course: it lies above this program.
static string Data()
{
    DirectoryInfo? folder = new(AppContext.BaseDirectory);
    while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "data", "en-fr.safetensors")))
    {
        folder = folder.Parent;
    }

    return folder is not null ? Path.Combine(folder.FullName, "data") : throw new FileNotFoundException(
        "There is no data/en-fr.safetensors above this program. Name a translator: --model FILE");
}

/// <summary>What is asked: a sentence, and how many hypotheses are followed at once.</summary>
internal sealed record Question(string? Text, int Beam = 4);

/// <summary>What is answered: a translation, or why there is none.</summary>
internal sealed record Answer(string? Translation, string? Error);
