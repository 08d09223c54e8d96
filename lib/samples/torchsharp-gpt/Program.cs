// The course's GPT in TorchSharp, on a graphics card if there is one:
//   course export austen-gpt FOLDER
//   dotnet run --project lib/samples/torchsharp-gpt -p:Libtorch=TorchSharp-cpu -- FOLDER data/austen.txt 20
// It reads the exported folder, compares its logits with those of the course's own model, and learns from the text for
// so many steps.

using System.Text.Json.Nodes;
using TorchSharp;
using TransformersFromScratch;
using static TorchSharp.torch;
using Gpt = GptOnTorch.Gpt;
using Tensor = TorchSharp.torch.Tensor;

if (args.Length is not (1 or 3) || (args.Length == 3 && !int.TryParse(args[2], out _)))
{
    Console.Error.WriteLine("usage: torchsharp-gpt FOLDER [TEXT STEPS]; FOLDER is what 'course export' wrote.");
    return 2;
}

if (WhyNot() is { } reason)
{
    Console.Error.WriteLine(
        $"libtorch does not load here: {reason} Add -p:Libtorch=TorchSharp-cpu, or a package for your graphics card.");
    return 1;
}

string folder = args[0];
JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json")))!;
int Size(string name) => (int)config[name]!;
int context = Size("n_positions");
using var model = new Gpt(
    Size("vocab_size"), context, Size("n_embd"), Size("n_layer"), Size("n_head"),
    (double)config["layer_norm_epsilon"]!);
var weights = SafeTensors.Load(Path.Combine(folder, "model.safetensors"));
model.Fill(name =>
{
    var stored = weights[$"transformer.{name}"];
    return tensor(stored.Data, [.. stored.Shape.ToArray().Select(size => (long)size)]);
});

Pretrained ours = Pretrained.Load(folder);
string text = args.Length == 3 ? File.ReadAllText(args[1]) : "It is a truth universally acknowledged";
int[] ids = ours.Tokens!.Encode(text[..Math.Min(text.Length, 200_000)]);
int[] first = ids[..Math.Min(ids.Length, context / 2)];
float[] wanted = ours.Gpt!.Forward(new TokenBatch(first, 1, first.Length)).Data;
using (no_grad())
{
    float[] got = [.. model.call(tensor(first.Select(id => (long)id).ToArray()).unsqueeze(0)).data<float>()];
    float apart = got.Zip(wanted, (a, b) => Math.Abs(a - b)).Max();
    Console.WriteLine($"Largest difference of {got.Length} logits: {apart:E1}");
}

Device device = cuda.is_available() ? CUDA : CPU;
model.to(device);
var optimizer = optim.AdamW(model.parameters(), lr: 3e-4);
var random = new Random(1);
for (int step = 1; args.Length == 3 && step <= int.Parse(args[2]); step++)
{
    using var scope = NewDisposeScope();
    long[] windows = [.. Enumerable.Range(0, 12).SelectMany(_ =>
    {
        int start = random.Next(ids.Length - context);
        return ids[start..(start + context)].Select(id => (long)id);
    })];
    Tensor batch = tensor(windows, device: device).view(12, context);
    Tensor logits = model.call(batch[.., ..^1]);
    Tensor loss = nn.functional.cross_entropy(
        logits.reshape(-1, logits.shape[^1]), batch[.., 1..].reshape(-1));
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    Console.WriteLine($"step {step} on {device.type}: loss {loss.item<float>():F3}");
}

return 0;

// Null if libtorch runs here, else the first line of why it does not.
static string? WhyNot()
{
    try
    {
        using Tensor probe = zeros(1);
        return null;
    }
    catch (Exception problem)
    {
        while (problem.InnerException is { } inner) { problem = inner; }

        return problem.Message.Split('\n')[0].TrimEnd();
    }
}
