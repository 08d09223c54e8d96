using System.Text.RegularExpressions;

namespace Course.Tests;

/// <summary>The page of notation and terms, and the links that lead to it.</summary>
[Collection(CommittedSiteCollection.Name)]
public class GlossaryTests(CommittedSite site)
{
    [Fact]
    public void Each_term_stands_once_in_alphabetical_order_with_a_chapter_that_names_it()
    {
        string notebooks = Repository.Find().Notebooks;
        IReadOnlyList<Term> terms = Glossary.Read(notebooks);
        Assert.Equal(
            File.ReadLines(Path.Combine(notebooks, Glossary.FileName))
                .Count(line => line.StartsWith("| ", StringComparison.Ordinal)) - 1, terms.Count); // each row was read
        Assert.InRange(terms.Count, 90, 300);
        Assert.Equal(terms.Select(term => term.Name).Order(StringComparer.InvariantCultureIgnoreCase),
            terms.Select(term => term.Name));
        Assert.Equal(terms.Count, terms.Select(term => term.Id).Distinct().Count());
        foreach (Term term in terms)
        {
            string name = term.Name.Split(" (")[0];
            string chapter = string.Join(
                ' ', Notebooks.Notebook.Load(Path.Combine(notebooks, term.Home)).Cells.Select(cell => cell.Source));
            Assert.True(
                Regex.Replace(chapter, @"[\s*]+", " ").Contains(name, StringComparison.OrdinalIgnoreCase),
                $"{term.Home} does not say '{name}'");
        }
    }

    [Fact]
    public void The_page_has_every_symbol_and_term_and_chapters_lead_to_it_once_a_term()
    {
        var files = new SiteFiles(site.Folder);
        string page = files.Read(NotationPage.FileName);
        Assert.Contains("d_{\\text{ff}}", page);
        Assert.DoesNotContain("d_{\\text{ff}}", files.Read("index.html")); // it is in one place
        Assert.Contains($"href=\"{NotationPage.FileName}\"", files.Read("index.html"));
        foreach (Term term in Glossary.Read(Repository.Find().Notebooks))
        {
            Assert.Contains($"<dt id=\"{term.Id}\">", page);
            string home = files.Read(Path.ChangeExtension(term.Home, ".html"));
            Assert.DoesNotContain($"#{term.Id}\"", home); // it is explained there
        }

        string attention = files.Read("13-bert.html");
        string[] led = [.. Regex.Matches(attention, "href=\"notation.html#([^\"]+)\"").Select(m => m.Groups[1].Value)];
        Assert.Equal(led.Distinct(), led);
        Assert.InRange(led.Length, 10, 60);
        Assert.Empty(files.BrokenLinks());
    }

    [Fact]
    public void A_term_is_linked_in_running_text_and_nowhere_else()
    {
        Term[] terms = [new("causal mask", "hides $x$", "02.ipynb", ""), new("mask", "hides", "03.ipynb", "")];
        var markdown = new MarkdownRenderer(
            new MathRenderer(Path.Combine(AppContext.BaseDirectory, "Assets", "katex", "katex.min.js")), url => url,
            new TermLinks(terms, "03.ipynb"));
        const string link = "<a href=\"notation.html#term-causal-mask\" class=\"term\" title=\"hides x\">";
        string html = markdown.Render(
            "## A causal mask\n\n> A causal mask.\n\n[A causal mask](a), `causal mask`, noncausal masks, a mask.\n\n" +
            "So **causal masks** and a causal mask.", []);
        Assert.Equal(2, html.Split(link).Length);
        Assert.Contains($"<strong>{link}causal masks</a></strong> and a causal mask.", html);
    }
}
