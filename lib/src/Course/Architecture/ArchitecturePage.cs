namespace Course;

/// <summary>.github/ARCHITECTURE.md: its pictures stand between marks and are written from the code.</summary>
internal static class ArchitecturePage
{
    public const string Command = "dotnet run --project lib/src/Course -- architecture --write";

    public static string PathOf(Repository repository) => Path.Combine(repository.Root, ".github", "ARCHITECTURE.md");

    /// <summary>The page with the pictures that the code has now.</summary>
    /// <exception cref="CourseException">A mark is missing.</exception>
    public static string Renewed(string page, IReadOnlyDictionary<House, IReadOnlyList<Arrow>> arrows)
    {
        foreach (var (house, found) in arrows)
        {
            string begin = $"<!-- the floors of {house.Project}: written by 'course architecture --write' -->\n";
            const string end = "<!-- end -->\n";
            int first = page.IndexOf(begin, StringComparison.Ordinal);
            int last = first < 0 ? -1 : page.IndexOf(end, first, StringComparison.Ordinal);
            if (last < 0)
            {
                throw new CourseException(
                    $"ARCHITECTURE.md has no place for the floors of {house.Project}: {begin}{end}");
            }

            page = page[..(first + begin.Length)] + HousePicture.Of(house, found) + page[last..];
        }

        return page;
    }

    /// <summary>What is wrong with the floors, and with the page about them: a sentence each.</summary>
    public static IEnumerable<string> Faults(
        Repository repository, string page, IReadOnlyDictionary<House, IReadOnlyList<Arrow>> arrows)
    {
        foreach (var (house, found) in arrows)
        {
            foreach (string fault in found.Select(house.Fault).OfType<string>().Distinct()) { yield return fault; }
        }

        foreach (var (url, what) in LinkChecks.Broken(page, PathOf(repository), _ => null))
        {
            yield return $".github/ARCHITECTURE.md: the link to {url} leads nowhere: {what}.";
        }

        foreach (string fault in Walk.Faults(page, arrows)) { yield return $".github/ARCHITECTURE.md, {fault}"; }

        if (Renewed(page, arrows) != page)
        {
            yield return $".github/ARCHITECTURE.md does not show the floors as they are. Run: {Command}";
        }
    }
}
