using System.Globalization;
using System.Runtime.InteropServices;
using TorchPeer;

namespace TransformersFromScratch.Benchmarks;

/// <summary>
/// Prints, as Markdown, how fast the library is: against the machine's own limit, MathNet and (if built with it)
/// TorchSharp, all measured in turns within this one run.
/// </summary>
internal static class SideBySide
{
    private static readonly int s_threads = Environment.ProcessorCount;
    private static readonly string? s_noTorch = Torch.WhyNot();

    public static int Run(string[] parts)
    {
        string[] known =
        [
            "ladder", "product", "mathnet", "steps", "tokens", "decode", "gpt", "memory", "embedding", "real",
            "weights",
        ];
        if (parts.Except(known).Any())
        {
            Console.Error.WriteLine($"side-by-side knows the parts {string.Join(", ", known)} (none: all), not " +
                $"{string.Join(", ", parts.Except(known))}.");
            return 1;
        }

        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        Console.WriteLine(
            $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {Processor()}, " +
            $"{s_threads} processors, registers of {Peak.Width} floats, {RuntimeInformation.FrameworkDescription}");
        if (s_noTorch is not null)
            Console.WriteLine(s_noTorch);
        Console.WriteLine();
        foreach (string part in parts.Length == 0 ? known : parts)
        {
            switch (part)
            {
                case "ladder":
                    Ladder.Print();
                    break;
                case "product":
                    PrintProducts();
                    break;
                case "mathnet":
                    PrintMathNet();
                    break;
                case "steps":
                    PrintSteps();
                    break;
                case "tokens":
                    Tokens.Print();
                    break;
                case "decode":
                    Decoding.Print();
                    break;
                case "gpt":
                    GptDecoding.PrintSmall();
                    break;
                case "embedding":
                    Embeddings.Print(s_threads);
                    break;
                case "memory":
                    GptDecoding.PrintLarge();
                    break;
                case "real":
                    RealSizes.Print();
                    break;
                case "weights":
                    CompactCost.Print();
                    break;
            }
        }

        return 0;
    }

    private static void PrintProducts()
    {
        Console.WriteLine("## The product, GFLOP/s as median (best), and its share of the peak");
        Contestant alone = Peak.OnThreads(1), together = Peak.OnThreads(s_threads);
        var rows = Product.All.Select(p => (
            Product: p, Ours: p.Ours(parallel: true), One: p.Ours(parallel: false),
            Torch: s_noTorch is null ? Torch.Multiply(p) : null)).ToArray();
        var small = Product.OneThread.Select(p => (Product: p, One: p.Ours(parallel: false))).ToArray();
        Measure.Interleaved(31, 20,
        [
            alone, together, .. rows.SelectMany(r => (Contestant?[])[r.Ours, r.Torch, r.One]).OfType<Contestant>(),
            .. small.Select(r => r.One),
        ]);
        Console.WriteLine($"Peak: {Gflops(alone)} on one thread, {Gflops(together)} on {s_threads}.");
        Console.WriteLine();
        Console.WriteLine(
            $"| product | | {s_threads} threads | share of peak | TorchSharp | 1 thread | share of peak |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach ((Product product, Contestant ours, Contestant one, Contestant? torch) in rows)
        {
            Console.WriteLine($"| {product} | {product.Name} | {Gflops(ours)} | {Share(ours, together)} | " +
                $"{(torch is null ? "–" : Gflops(torch))} | {Gflops(one)} | {Share(one, alone)} |");
        }

        foreach ((Product product, Contestant one) in small)
            Console.WriteLine($"| {product} | {product.Name} | | | | {Gflops(one)} | {Share(one, alone)} |");
        Console.WriteLine();
    }

    private static void PrintMathNet()
    {
        Console.WriteLine("## `A * B` on Matrix<float>, median");
        Console.WriteLine("| product | with this library | MathNet alone | times as fast |");
        Console.WriteLine("|---|---|---|---|");
        foreach (Product product in new Product[]
        {
            new("", 4, 4, 4), new("", 16, 16, 16), new("", 64, 64, 64), new("", 256, 256, 256),
            new("", 1024, 1024, 1024),
        })
        {
            (Contestant ours, Contestant own) = product.MathNet();
            Measure.Interleaved(product.M < 1024 ? 31 : 7, 10, [ours, own]);
            Console.WriteLine(
                $"| {product} | {Time(ours.Median)} | {Time(own.Median)} | {own.Median / ours.Median:F1} |");
        }

        Console.WriteLine();
    }

    private static void PrintSteps()
    {
        Console.WriteLine("## A training step: forward, backward, AdamW; median (best)");
        Console.WriteLine("| model | GFLOP | this library | share of peak | allocated | TorchSharp | times as fast |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (StepConfig config in StepConfig.All)
        {
            Contestant peak = Peak.OnThreads(s_threads), ours = Steps.Step(config);
            Contestant? torch = s_noTorch is null ? Torch.Step(config) : null;
            Measure.Interleaved(
                config.Flop < 2e10 ? 41 : 15, 100, [peak, ours, .. torch is null ? (Contestant[])[] : [torch]]);
            long before = GC.GetTotalAllocatedBytes(precise: true);
            ours.Run();
            long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            Console.WriteLine(
                $"| {config.Name}: {config.Description} | {config.Flop / 1e9:F1} | {Milliseconds(ours)} | " +
                $"{Share(ours, peak)} | {allocated / 1e3:F0} kB | {(torch is null ? "–" : Milliseconds(torch))} | " +
                $"{(torch is null ? "–" : $"{torch.Median / ours.Median:F2} ({torch.Best / ours.Best:F2})")} |");
        }

        Console.WriteLine();
    }

    private static string Milliseconds(Contestant contestant) =>
        $"{contestant.Median * 1e3:F1} ({contestant.Best * 1e3:F1}) ms";

    internal static string Gflops(Contestant contestant) =>
        $"{contestant.MedianGflops:F1} ({contestant.BestGflops:F1})";

    internal static string Share(Contestant contestant, Contestant peak) =>
        $"{contestant.MedianGflops / peak.MedianGflops:P0} ({contestant.BestGflops / peak.BestGflops:P0})";

    internal static string Time(double seconds) => seconds switch
    {
        < 1e-6 => $"{seconds * 1e9:F0} ns",
        < 1e-3 => $"{seconds * 1e6:F1} µs",
        _ => $"{seconds * 1e3:F2} ms",
    };

    private static string Processor()
    {
        const string cpuInfo = "/proc/cpuinfo";
        string? model = File.Exists(cpuInfo)
            ? File.ReadLines(cpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return model?[(model.IndexOf(':') + 1)..].Trim() ?? "processor of unknown name";
    }
}
