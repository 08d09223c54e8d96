using System.Runtime.CompilerServices;
using Notebooks;
using TransformersFromScratch;

namespace Course;

/// <summary>Draws settings from the ranges that a chapter states, to hunt for a choice that breaks it.</summary>
internal static class RandomSettings
{
    /// <summary>So many choices that the chapter's record allows, each changing about half of the settings.</summary>
    /// <exception cref="CourseException">Hardly any choice is allowed, so the ranges cannot be right.</exception>
    public static async Task<IReadOnlyList<Variant>> DrawAsync(
        Repository repository, Notebook notebook, SettingsCell settings, int count, int seed)
    {
        var random = new Random(seed);
        var found = new List<Variant>();
        await using SettingsTrial trial = await SettingsTrial.StartAsync(repository, notebook, settings)
            .ConfigureAwait(false);
        for (int round = 0; round < 10 && found.Count < count; round++)
        {
            List<Dictionary<string, string>> choices =
                [.. Enumerable.Range(0, count).Select(_ => Draw(settings, random)).Where(choice => choice.Count > 0)];
            IReadOnlyList<string> said = await trial.TryAsync(choices).ConfigureAwait(false);
            foreach (Dictionary<string, string> choice in choices.Where((_, i) => said[i] == ""))
            {
                found.Add(new Variant($"draw {found.Count + 1}", choice, []));
            }
        }

        return found.Count >= count
            ? found[..count]
            : throw new CourseException(
                $"only {found.Count} of {10 * count} choices from the stated ranges are allowed.");
    }

    private static Dictionary<string, string> Draw(SettingsCell settings, Random random)
    {
        var choice = new Dictionary<string, string>();
        // What must be a multiple comes after what it is one of.
        foreach (Setting setting in settings.Settings.OrderBy(setting => setting.Range?.MultipleOf is not null))
        {
            if (random.Next(2) == 0 && setting.Range?.MultipleOf is null) { continue; }

            string? value = setting.Range is { } range
                ? Multiple(
                    setting, range, settings, choice,
                    range.Draw(random, words => Sentence(random, words, setting.Name == "French")))
                : setting.Values is { Count: > 0 } values ? values[random.Next(values.Count)] : null;
            if (value is not null && value != setting.Default)
            {
                choice[setting.Name] = setting.Type.EndsWith("[]", StringComparison.Ordinal) ? $"[{value}]" : value;
            }
        }

        return choice;
    }

    /// <summary>The nearest multiple of the setting that the range names.</summary>
    private static string Multiple(
        Setting setting, SettingRange range, SettingsCell settings, Dictionary<string, string> choice, string value)
    {
        if (range.MultipleOf is not { } of) { return value; }

        int divisor = int.Parse(
            choice.GetValueOrDefault(of) ?? settings.Settings.First(other => other.Name == of).Default);
        return Math.Max(divisor, int.Parse(value) / divisor * divisor).ToString();
    }

    /// <summary>A sentence of so many words that the manual has, from one of its own.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string Sentence(Random random, int words, bool french)
    {
        Vocabulary known = french ? Manual.French : Manual.English;
        while (true)
        {
            SentencePair pair = Manual.Pairs[random.Next(Manual.Pairs.Count)];
            string[] some = [.. Words.Split(french ? pair.Target : pair.Source).Where(known.Contains)];
            if (some.Length >= words) { return string.Join(' ', some[..words]); }
        }
    }
}
