using Notebooks;

namespace Course;

/// <summary>
/// Whether a chapter says how it may be played with, and declares what is tested of it: ranges, variants and mistakes.
/// </summary>
internal static class TweakChecks
{
    /// <summary>How many variants a chapter with settings needs.</summary>
    public const int FewestVariants = 3;

    public static IEnumerable<Problem> Of(ChapterFile chapter)
    {
        IReadOnlyList<Cell> cells = chapter.Notebook.Cells;
        SettingsCell? settings = SettingsCell.Of(cells);
        CheckCell? check = CheckCell.Of(cells);
        foreach (var (cell, where) in chapter.Cells)
        {
            string? complaint = null;
            try
            {
                if (TweakMetadata.VariantsOf(cell).Count > 0 && cell != settings?.Cell)
                {
                    complaint = "it declares variants, but no Settings";
                }
                if (InPage.Of(cell) is { WhyNot: not null } or { Set.Count: > 0 } && cell != settings?.Cell)
                {
                    complaint = "it says what the chapter is like in a page, but declares no Settings";
                }
                if (TweakMetadata.FaultsOf(cell).Count > 0 && cell != check?.Cell)
                {
                    complaint = "it declares faults, but has no Expected.Check";
                }
            }
            catch (CourseException problem) { complaint = problem.Message; }

            if (complaint is not null)
            {
                yield return chapter.Problem(
                    where, complaint, "Mend the metadata of that cell; lib/src/Course/Tweaks/Variant.cs says what " +
                        "they may hold.");
            }
        }

        string PlaceOf(Cell cell) => chapter.Cells.First(item => item.Cell == cell).Where;
        if (settings is not null)
        {
            foreach (Problem problem in OfSettings(chapter, settings, PlaceOf(settings.Cell))) { yield return problem; }
        }

        if (check is not null && Count(() => TweakMetadata.FaultsOf(check.Cell).Count) == 0)
        {
            yield return chapter.Problem(
                PlaceOf(check.Cell), "it has bands, but declares no mistake that one of them rejects",
                "Declare at least one of the kind that the chapter teaches about, under 'faults'.");
        }

        if (Complaint(() => TweakPlan.Of(chapter.Chapter, withFaults: true)) is { } misfit)
        {
            yield return chapter.Problem("", misfit, "Mend the metadata, or the cell that it names.");
        }
    }

    private static IEnumerable<Problem> OfSettings(ChapterFile chapter, SettingsCell settings, string where)
    {
        if (Count(() => TweakMetadata.VariantsOf(settings.Cell).Count) is { } count && count < FewestVariants)
        {
            yield return chapter.Problem(
                where, $"its Settings have {(count == 1 ? "1 variant" : $"{count} variants")}, and {FewestVariants} " +
                    "are the fewest", "Declare other settings to test the chapter under, in the cell's metadata " +
                        "under 'variants'.");
        }

        if (Complaint(() => InPage.OfferOf(settings) ?? "") is { } unfit)
        {
            yield return chapter.Problem(
                where, unfit, $"Mend '{InPage.Field}' in that cell's metadata; lib/src/Course/Tweaks/InPage.cs says " +
                    "what it may hold.");
        }

        foreach (Setting setting in settings.Settings.Where(setting => setting.Comment == ""))
        {
            yield return chapter.Problem(
                where, $"the setting {setting.Name} does not say what it may be",
                "Put it in a line of its own and add a comment: // 8 to 256: what it is.");
        }

        if (!settings.Cell.Source.Contains(".Checked()", StringComparison.Ordinal))
        {
            yield return chapter.Problem(
                where, "its Settings are not checked",
                "Write: var settings = new Settings().Checked(); and let Checked call Allowed.");
        }
    }

    /// <summary>The number, or null where the metadata are malformed, which is reported already.</summary>
    private static int? Count(Func<int> count)
    {
        try { return count(); }
        catch (CourseException) { return null; }
    }

    private static string? Complaint(Func<object> make)
    {
        try { make(); }
        catch (CourseException problem) { return problem.Message; }

        return null;
    }
}
