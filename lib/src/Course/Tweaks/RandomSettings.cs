using System.Globalization;
using System.Runtime.CompilerServices;
using Notebooks;
using TransformersFromScratch;

namespace Course;

/// <summary>Draws settings from the ranges that a chapter states, to hunt for a choice that breaks it.</summary>
internal static class RandomSettings
{
    /// <summary>So many choices that the chapter's record allows, each changing about half of the settings.</summary>
    /// <exception cref="CourseException">Hardly any choice is allowed, so the ranges cannot be right; or a bound of the
    /// draws is of no setting, or no number in its range.</exception>
    public static async Task<IReadOnlyList<Variant>> DrawAsync(
        Repository repository, Notebook notebook, SettingsCell settings, int count, int seed)
    {
        var random = new Random(seed);
        IReadOnlyDictionary<string, string> bounds = Bounds(settings);
        var found = new List<Variant>();
        await using SettingsTrial trial = await SettingsTrial.StartAsync(repository, notebook, settings)
            .ConfigureAwait(false);
        for (int round = 0; round < 10 && found.Count < count; round++)
        {
            List<Dictionary<string, string>> choices =
                [.. Enumerable.Range(0, count).Select(_ => Draw(settings, bounds, random))
                    .Where(choice => choice.Count > 0)];
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

    private static IReadOnlyDictionary<string, string> Bounds(SettingsCell settings)
    {
        IReadOnlyDictionary<string, string> bounds = TweakMetadata.DrawsOf(settings.Cell);
        foreach (var (name, bound) in bounds)
        {
            Setting setting = settings.Settings.FirstOrDefault(setting => setting.Name == name)
                ?? throw new CourseException($"'{TweakMetadata.Draws}' bounds {name}, but there is no such setting.");
            if (setting.Range is { } range
                && !(double.TryParse(bound, CultureInfo.InvariantCulture, out double most)
                    && most >= range.Least && most <= range.Most))
            {
                throw new CourseException(
                    $"'{TweakMetadata.Draws}' bounds {name} by {bound}, which is no number in {range.Text}.");
            }
        }

        return bounds;
    }

    /// <summary>What is bounded is always drawn: its default may be the long training that the bound is to keep away.
    /// </summary>
    private static Dictionary<string, string> Draw(
        SettingsCell settings, IReadOnlyDictionary<string, string> bounds, Random random)
    {
        var choice = new Dictionary<string, string>();
        // What must be a multiple comes after what it is one of.
        foreach (Setting setting in settings.Settings.OrderBy(setting => setting.Range?.MultipleOf is not null))
        {
            bool bounded = bounds.TryGetValue(setting.Name, out string? bound);
            if (random.Next(2) == 0 && setting.Range?.MultipleOf is null && !bounded) { continue; }

            SettingRange? within = bounded && setting.Range is { } whole
                ? whole with { Most = double.Parse(bound!, CultureInfo.InvariantCulture) } : setting.Range;
            string? value = within is { } range
                ? Multiple(
                    setting, range, settings, choice,
                    range.Draw(random, words => Sentence(random, words, setting.Name == "French")))
                : bounded ? bound
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
