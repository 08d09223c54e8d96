using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>
/// The two ways on from chapter 18, in TorchSharp and in PyTorch. Neither engine is needed here: what is compared is
/// the names that the programs read and those that <c>course export</c> writes.
/// </summary>
public sealed partial class ScaledUpTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ScaledUpTests() => CourseLibrary.Load(Repository.Find());

    public void Dispose() => _folder.Dispose();

    private static string Sample(params string[] path) =>
        Path.Combine([Repository.Find().Root, "lib", "samples", .. path]);

    private static string Chapter => string.Concat(
        Notebooks.Notebook.Load(Path.Combine(Repository.Find().Notebooks, "18-scaling-up.ipynb")).Cells
            .Select(cell => cell.Source + "\n"));

    [Fact]
    public void The_chapter_shows_the_block_as_it_stands_in_the_program()
    {
        string block = Forward().Match(Chapter).Groups[1].Value;
        Assert.True(block.Length > 200, "The chapter has no block of TorchSharp.");
        string[] lines = [.. File.ReadLines(Sample("torchsharp-gpt", "Gpt.cs")).Select(line => line.Trim())];
        Assert.Contains(string.Join('\n', block.Split('\n').Select(line => line.Trim())), string.Join('\n', lines));
    }

    [Fact]
    public async Task Both_programs_read_what_the_export_writes()
    {
        string folder = _folder.File("gpt");
        var (code, said) = await CourseProgram.RunAsync(_folder.Path, "export", "austen-gpt", folder);
        Assert.True(code == 0, said);
        string json = await File.ReadAllTextAsync(Path.Combine(folder, "config.json"));
        JsonObject config = JsonNode.Parse(json)!.AsObject();
        string program = await File.ReadAllTextAsync(Sample("torchsharp-gpt", "Program.cs"));
        string script = await File.ReadAllTextAsync(Sample("torchrun", "finetune.py"));
        string[] keys = [.. ReadFromConfig().Matches(program + script)
            .Select(match => match.Groups.Values.Skip(1).First(group => group.Success).Value)];
        Assert.Equal(6, keys.Distinct().Count());
        Assert.All(keys, key => Assert.True(config.ContainsKey(key), $"config.json has no '{key}'"));
        Assert.Equal("gelu_new", (string?)config["activation_function"]);
        Assert.Equal("GPT2LMHeadModel", (string?)config["architectures"]![0]);
        Assert.Contains("GPT2LMHeadModel.from_pretrained(args.folder)", script);
        Assert.True(File.Exists(Path.Combine(folder, "tokenizer.json")));
        Assert.Equal(NamesIn(folder), NamesOf(await File.ReadAllTextAsync(Sample("torchsharp-gpt", "Gpt.cs")),
            (int)config["n_layer"]!));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IEnumerable<string> NamesIn(string folder) =>
        SafeTensors.Load(Path.Combine(folder, "model.safetensors")).Tensors.Keys.Order();

    private static IEnumerable<string> NamesOf(string model, int layers)
    {
        int inBlock = model.IndexOf("class Block", StringComparison.Ordinal);
        IEnumerable<string> Of(string part) =>
            Filled().Matches(part).SelectMany(match => match.Groups[1].Success
                ? new[] { match.Groups[1].Value }
                : [$"{match.Groups[2].Value}.weight", $"{match.Groups[2].Value}.bias"]);
        return Of(model[..inBlock])
            .Concat(Enumerable.Range(0, layers).SelectMany(i => Of(model[inBlock..]).Select(name => $"h.{i}.{name}")))
            .Select(name => $"transformer.{name}").Order();
    }

    [Fact]
    public async Task The_script_is_Python_and_says_what_the_chapter_tells_to_type()
    {
        string script = Sample("torchrun", "finetune.py");
        string text = await File.ReadAllTextAsync(script);
        Assert.Contains("lib/samples/torchrun/finetune.py", Chapter);
        foreach (string option in OptionsTyped().Match(Chapter).Value.Split(' ').Where(word => word.StartsWith("--")))
        {
            Assert.Contains($"\"{option}\"", text);
        }

        using Process? python = Start("import ast, sys; ast.parse(open(sys.argv[1], encoding='utf-8').read())", script);
        Assert.SkipWhen(python is null && Environment.GetEnvironmentVariable("REQUIRE_JUPYTER") != "1", "No python3.");
        string wrong = await python!.StandardError.ReadToEndAsync();
        await python.WaitForExitAsync();
        Assert.True(python.ExitCode == 0, wrong);
    }

    private static Process? Start(string code, string argument)
    {
        try
        {
            return Process.Start(
                new ProcessStartInfo("python3", ["-c", code, argument]) { RedirectStandardError = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    [GeneratedRegex("```csharp\\n(public override Tensor forward.*?)\\n```", RegexOptions.Singleline)]
    private static partial Regex Forward();

    [GeneratedRegex("Size\\(\"(\\w+)\"\\)|config\\[\"(\\w+)\"\\]|model\\.config\\.(\\w+)")]
    private static partial Regex ReadFromConfig();

    [GeneratedRegex("of\\(\"([\\w.]+)\"\\)|Fill\\(_\\w+, of, \"([\\w.]+)\"\\)")]
    private static partial Regex Filled();

    [GeneratedRegex("(?<=finetune\\.py )[^\\n]+")]
    private static partial Regex OptionsTyped();
}
