using System.Runtime.CompilerServices;
using Shared;
using TransformersFromScratch;

namespace Course;

/// <summary>
/// A page that translates in the browser, as a folder of static files: the model as ONNX, its tokenizer, ONNX Runtime
/// for the web, and the page of lib/samples/translate-page. It asks for nothing from elsewhere.
/// </summary>
internal static class TranslatePage
{
    private const string Runtime = "runtime";

    private static readonly string[] s_page =
        ["index.html", "page.css", "page.js", "translator.js", "tokenizer.js"];

    // The script that calls ONNX Runtime, and ONNX Runtime itself: 14 MB, which is why they are not in the repository.
    private static readonly string[] s_runtime = ["ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm"];

    /// <summary>Where npm puts ONNX Runtime for the web.</summary>
    public static string RuntimeFolder(Repository repository) =>
        Path.Combine(Sources(repository), "node_modules", "onnxruntime-web", "dist");

    /// <summary>Writes the folder.</summary>
    /// <param name="repository">The course.</param>
    /// <param name="model">A translator or a summariser.</param>
    /// <param name="folder">A new folder, or an empty one: its files come together or not at all.</param>
    /// <exception cref="CourseException">The model writes no targets, or ONNX Runtime for the web is not
    /// there.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Write(Repository repository, Pretrained model, string folder)
    {
        if (model.EncoderDecoder is null)
        {
            throw new CourseException(
                $"The page turns a text into another, and a {model.Architecture} does not. Take en-fr, en-de or " +
                "summaries.");
        }

        string from = RuntimeFolder(repository);
        if (Array.Find(s_runtime, name => !File.Exists(Path.Combine(from, name))) is { } missing)
        {
            throw new CourseException(
                $"ONNX Runtime for the web is not here ({missing}). Fetch it once, with Node.js: npm ci " +
                "--ignore-scripts --prefix lib/samples/translate-page");
        }

        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new CourseException($"{folder} is there already, and not an empty folder. Name a new one.");
        }

        using var unfinished = new UnfinishedFolder(folder);
        model.SaveOnnx(
            Path.Combine(unfinished.Path, "model"), new OnnxOptions { Half = true, CrossAttentions = true });
        foreach (string name in s_page)
        {
            Copy(Path.Combine(Sources(repository), name), name);
        }

        foreach (string name in s_runtime)
        {
            Copy(Path.Combine(from, name), Path.Combine(Runtime, name));
        }

        Copy(
            Path.Combine(Sources(repository), "onnxruntime-LICENSE.txt"), Path.Combine(Runtime, "LICENSE.txt"));
        unfinished.Complete();

        void Copy(string source, string name) => WholeFile.Write(Path.Combine(unfinished.Path, name), file =>
        {
            using FileStream bytes = File.OpenRead(source);
            bytes.CopyTo(file);
        });
    }

    private static string Sources(Repository repository) =>
        Path.Combine(repository.Root, "lib", "samples", "translate-page");
}
