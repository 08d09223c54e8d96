using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Notebooks;

namespace Course;

/// <summary>
/// Says what is wrong with a pass: an error, a figure without data, a NaN, a word or a number in an output that belongs
/// to other settings. What the default settings give in the same cell is taken to be right.
/// </summary>
internal static partial class TweakJudge
{
    /// <summary>What is wrong with the passes of a plan, a sentence each.</summary>
    /// <param name="plan">What was run.</param>
    /// <param name="outputs">Of each cell of each pass.</param>
    public static IEnumerable<string> Problems(
        TweakPlan plan, IReadOnlyList<IReadOnlyList<IReadOnlyList<Output>>> outputs)
    {
        IReadOnlyList<Setting> settings = SettingsCell.Of(Notebook.Load(plan.Chapter.Path).Cells)?.Settings ?? [];
        Dictionary<int, IReadOnlyList<Output>> normal = plan.Passes[0].Cells.Zip(outputs[0])
            .ToDictionary(item => item.First.Number, item => item.Second);
        foreach (var (i, pass) in plan.Passes.Index())
        {
            string Where(int number) => $"{plan.Chapter.Name}, code cell {number}, {pass.Name}";
            var cells = pass.Cells.Zip(outputs[i], (cell, shown) => (cell.Number, Shown: shown)).ToList();
            foreach (var (number, shown) in cells)
            {
                foreach (string problem in OfCell(pass, settings, normal.GetValueOrDefault(number) ?? [], shown))
                {
                    yield return $"{Where(number)}: {problem}";
                }
            }

            if (pass.Fault is { } fault && !cells.Any(cell => cell.Shown.OfType<ErrorOutput>().Any())
                && !Words(cells[^1].Shown).Contains("✗ outside", StringComparison.Ordinal))
            {
                yield return $"{Where(cells[^1].Number)}: the band '{fault.Band}' does not reject it: " +
                    $"{Quoted.Of(Words(cells[^1].Shown), 300)}";
            }

            if (pass.Variant is not null && pass.Again is null
                && cells.All(cell => normal.TryGetValue(cell.Number, out IReadOnlyList<Output>? usual)
                    && OutputText.Shown(cell.Shown) == OutputText.Shown(usual))) // a cell that only it runs is a test
            {
                yield return $"{plan.Chapter.Name}, {pass.Name}: every output is that of the default settings, so " +
                    "the variant tests nothing.";
            }

            if (pass.Again is { } earlier)
            {
                int before = plan.Passes.Index().First(item => item.Item.Name == earlier).Index;
                foreach (var (number, shown, first) in cells.Zip(
                    outputs[before], (cell, first) => (cell.Number, cell.Shown, first)))
                {
                    if (!shown.OfType<ErrorOutput>().Any() && !plan.Timed.Contains(number)
                        && Difference(OutputText.Shown(first), OutputText.Shown(shown)) is { } difference)
                    {
                        yield return $"{Where(number)}: {difference}";
                    }
                }
            }
        }
    }

    /// <summary>Where two texts begin to differ; null if they do not.</summary>
    public static string? Difference(string first, string second)
    {
        if (first == second) { return null; }

        int same = first.Zip(second).TakeWhile(pair => pair.First == pair.Second).Count();
        string Part(string text) => text[Math.Max(0, same - 200)..Math.Min(text.Length, same + 200)];
        return $"it gave\n{Part(first)}\nand now\n{Part(second)}";
    }

    private static IEnumerable<string> OfCell(
        TweakPass pass, IReadOnlyList<Setting> settings, IReadOnlyList<Output> normal, IReadOnlyList<Output> shown)
    {
        if (shown.OfType<ErrorOutput>().FirstOrDefault() is { } error)
        {
            yield return Quoted.Of(error.Message, 500);
            yield break;
        }

        if (pass.Variant is not { } variant) { yield break; }

        if (shown.OfType<StreamOutput>().FirstOrDefault(output => output.Name == "stderr") is { } said)
        {
            yield return $"it complains: {Quoted.Of(said.Text, 300)}";
        }

        (int all, int empty) = Figures(shown);
        if (empty > Figures(normal).Empty)
        {
            yield return $"{empty} of {all} maps or curves hold one number everywhere, or none.";
        }

        string text = Words(shown), usual = Words(normal);
        if (NoNumber().Match(text) is { Success: true } found && !NoNumber().IsMatch(usual))
        {
            yield return $"'{found.Value}' in: {Around(text, found.Index)}";
        }

        if (text.Contains("✓ normal", StringComparison.Ordinal))
        {
            yield return "a run with other settings is called normal.";
        }

        foreach (string never in variant.Never.Where(word => text.Contains(word, StringComparison.OrdinalIgnoreCase)))
        {
            yield return $"'{never}' in: {Around(text, text.IndexOf(never, StringComparison.OrdinalIgnoreCase))}";
        }

        foreach (Setting setting in settings.Where(setting => variant.Set.ContainsKey(setting.Name)))
        {
            if (StaleLabel(setting, usual)?.Match(text) is { Success: true } label)
            {
                yield return $"it says '{label.Value}', but {setting.Name} is {variant.Set[setting.Name]}: " +
                    $"{Around(text, label.Index)}";
            }
        }
    }

    /// <summary>
    /// What an output would say of a setting's default, "24 layers" or "d = 64", and does say under the default
    /// settings; null for a setting that is no number.
    /// </summary>
    private static Regex? StaleLabel(Setting setting, string usual)
    {
        if (setting.Number is not { } number) { return null; }

        string value = Regex.Escape(number.ToString("#,0.########", CultureInfo.InvariantCulture)),
            plain = Regex.Escape(number.ToString("0.########", CultureInfo.InvariantCulture));
        (string noun, string? symbol) = setting.Said;
        string said = $@"(?<![\w.,])({value}|{plain}) {Regex.Escape(noun)}s?\b" +
            (symbol is null ? "" : $@"|(?<!\w){Regex.Escape(symbol)} = ({value}|{plain})(?![\w.,]\d|\w)");
        var label = new Regex(said, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        return label.IsMatch(usual) ? label : null;
    }

    private static (int All, int Empty) Figures(IEnumerable<Output> outputs)
    {
        (int all, int empty) = (0, 0);
        foreach (string html in outputs.SelectMany(ChapterFile.TextsOf).Where(text => text.Mime == "text/html")
            .Select(text => text.Text))
        {
            (int some, int none) = FigureData.Count(html);
            (all, empty) = (all + some, empty + none);
        }

        return (all, empty);
    }

    /// <summary>
    /// What a reader reads of outputs: the text of their HTML where they have any, with what is said to those who
    /// cannot see a figure.
    /// </summary>
    private static string Words(IEnumerable<Output> outputs) => string.Join('\n', outputs.Select(output =>
    {
        ILookup<string, string> texts = ChapterFile.TextsOf(output).ToLookup(text => text.Mime, text => text.Text);
        return texts["text/html"].FirstOrDefault() is { } html
            ? WebUtility.HtmlDecode(Tag().Replace(Said().Replace(Unseen().Replace(html, ""), " $1 "), " "))
            : string.Join('\n', texts.SelectMany(text => text));
    }));

    private static string Around(string text, int index) =>
        Quoted.Of(text[Math.Max(0, index - 80)..Math.Min(text.Length, index + 120)].Trim(), 250);

    [GeneratedRegex(@"\bNaN\b|∞|\bInfinity\b")]
    private static partial Regex NoNumber();

    [GeneratedRegex("<(script|style|desc)\\b.*?</\\1>", RegexOptions.Singleline)]
    private static partial Regex Unseen();

    [GeneratedRegex("<[^<>]*aria-label=\"([^\"]*)\"[^<>]*>")]
    private static partial Regex Said();

    [GeneratedRegex("<[^<>]*>")]
    private static partial Regex Tag();
}
