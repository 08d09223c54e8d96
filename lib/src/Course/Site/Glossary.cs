using System.Text.RegularExpressions;

namespace Course;

/// <summary>A term of the course.</summary>
/// <param name="Name">As it stands in texts; "key (of attention)" where the word alone means other things, too.</param>
/// <param name="Meaning">A sentence, in Markdown.</param>
/// <param name="Home">The chapter's file that explains it.</param>
/// <param name="Link">The link to the place there, in Markdown.</param>
internal sealed record Term(string Name, string Meaning, string Home, string Link)
{
    /// <summary>Its anchor on the page of the glossary.</summary>
    public string Id => "term-" + Regex.Replace(Name.ToLowerInvariant(), "[^a-z0-9]+", "-").Trim('-');

    /// <summary>Its meaning as text.</summary>
    public string PlainMeaning => string.Concat(PlainText.Sections([Meaning]).Select(part => part.Text));
}

/// <summary>notebooks/glossary.md: a table with a row a term.</summary>
internal static partial class Glossary
{
    public const string FileName = "glossary.md";

    /// <summary>Its terms, in the order of the table; none if there is no such file.</summary>
    public static IReadOnlyList<Term> Read(string notebooks)
    {
        string path = Path.Combine(notebooks, FileName);
        return !File.Exists(path) ? [] :
        [
            .. File.ReadLines(path).Select(line => Row().Match(line)).Where(row => row.Success).Select(row => new Term(
                row.Groups["name"].Value.Trim(), row.Groups["meaning"].Value.Trim(), row.Groups["home"].Value,
                row.Groups["link"].Value)),
        ];
    }

    [GeneratedRegex(
        @"^\|(?<name>[^|]+)\|(?<meaning>[^|]+)\|\s*(?<link>\[[^\]]+\]\((?<home>[^)#]+)(#[^)]*)?\))\s*\|\s*$")]
    private static partial Regex Row();
}
