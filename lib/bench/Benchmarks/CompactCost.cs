namespace TransformersFromScratch.Benchmarks;

/// <summary>
/// What it costs to keep weights in 16 or 8 bits: the models that the course ships, on texts that they have not learned
/// from, with weights of every format. The files hold float16, so float16 is exactly float32.
/// </summary>
internal static class CompactCost
{
    public static void Print()
    {
        string data = Path.Combine(Root(), "data");
        var pairs = SentencePair.Load(Path.Combine(data, "en-fr.test.tsv"));
        var packages = PackageSummary.Load(Path.Combine(data, "package-summaries.test.tsv"));
        string[] sources = [.. pairs.Select(pair => pair.Source)], targets = [.. pairs.Select(pair => pair.Target)];
        string[]? translated = null, summarised = null;
        Console.WriteLine(
            $"## What rounding costs: BLEU of en-fr on {sources.Length} test sentences, ROUGE of summaries on test " +
            "descriptions, both greedy; loss of austen-gpt on 200 batches of the validation text");
        Console.WriteLine(
            "| weights | MB, en-fr | BLEU | translations that differ | ROUGE-1 | ROUGE-2 | ROUGE-L | summaries that " +
            "differ | loss, nats a token |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (WeightFormat format in
            (WeightFormat[])[WeightFormat.Float32, WeightFormat.Float16, WeightFormat.BFloat16, WeightFormat.Int8])
        {
            var translator = Translator.Load(Path.Combine(data, "en-fr.safetensors"));
            translator.Compact(format);
            string[] french = [.. translator.Translate(sources)];
            translated ??= french;
            var summarizer = Summarizer.Load(Path.Combine(data, "summaries.safetensors"));
            PackageSummary[] fit =
                [.. packages.Where(pair => summarizer.Encode(pair.Text).Length <= summarizer.Longest)];
            summarizer.Compact(format);
            string[] summaries = [.. summarizer.Summarise([.. fit.Select(pair => pair.Text)])];
            summarised ??= summaries;
            RougeScores rouge = Rouge.Mean(Rouge.Sentences(summaries, [.. fit.Select(pair => pair.Summary)]));
            Console.WriteLine(
                $"| {format} | {CompactModels.Bytes(translator.Model.Parameters()) / 1e6:F1} | " +
                $"{Bleu.Corpus(french, targets).Score:F2} | {Differ(french, translated)} | {rouge.One:F2} | " +
                $"{rouge.Two:F2} | {rouge.L:F2} | {Differ(summaries, summarised)} of {fit.Length} | " +
                $"{Loss(data, format):F4} |");
        }

        Console.WriteLine();
    }

    private static int Differ(string[] a, string[] b) => a.Zip(b).Count(pair => pair.First != pair.Second);

    private static double Loss(string data, WeightFormat format)
    {
        var model = LanguageModel.Load(Path.Combine(data, "austen-gpt.safetensors"));
        model.Model.Compact(format);
        var (_, last) = Austen.Split(Austen.Load(Path.Combine(data, "austen.txt")));
        using var quiet = Tape.NoGradient();
        return BatchLoss.Mean(new TextWindows(model.Encode(last), model.Model.Config.Context).Exam(200)
            .Select(batch => BatchLoss.CrossEntropy(model.Model.Forward(batch.Inputs), batch.Targets)));
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "data", "en-fr.safetensors")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException(
            $"No folder above {AppContext.BaseDirectory} has data/en-fr.safetensors.");
    }
}
