using System.Diagnostics;
using Notebooks;

namespace Course.Tests;

/// <summary>What the site takes along and what it refuses, and what its pages let run.</summary>
public class PublishedTests
{
    private const string Secret = "not for the world";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Only_what_the_repository_tracks_is_published(bool withGit)
    {
        using var course = new SampleCourse();
        using var elsewhere = new TempFolder();
        string outside = elsewhere.Write(Secret, "outside.cs");
        File.CreateSymbolicLink(course.Files.File("lib", "link.cs"), outside);
        Directory.CreateSymbolicLink(course.Files.File("lib", "linked"), elsewhere.Path);
        course.Files.Write(Secret, "lib", "bin", "made.cs");
        course.Files.Write(Secret, ".hidden", "note.cs");
        course.Files.Write(Secret, ".git", "config-of-ours");
        course.Files.Write(Secret, "mine.txt");
        course.Files.Write("bin\n", ".gitignore");
        course.Rewrite(
            4, "[a](../lib/link.cs) [b](../lib/linked/outside.cs) [c](../.git/config-of-ours) " +
                $"[d](../.hidden/note.cs) [e](../mine.txt) [f]({outside.Replace('\\', '/')}) " +
            $"[g](..%2f..%2f{Path.GetFileName(elsewhere.Path)}%2foutside.cs) [h](../lib/bin/made.cs) [i](%00) " +
            "[j](../lib) [k](../lib/linked) [l](..) [two](02-two.ipynb)");
        if (withGit)
        {
            Directory.Delete(course.Files.File(".git"), recursive: true);
            if (!await GitAsync(course.Files.Path, "init", "-q")) { Assert.Skip("There is no git here."); }

            Assert.True(
                await GitAsync(course.Files.Path, "add", "notebooks", "lib", "images", "README.md", "global.json"));
            course.Files.Write(Secret, "lib", "new.cs"); // not tracked yet
            course.Files.Write(Secret, ".git", "config-of-ours");
        }

        string site = Build(course);
        Assert.True(
            File.Exists(Path.Combine(site, "files", "lib", "Thing.cs.html"))
                || File.ReadAllText(Path.Combine(site, "files", "lib", "index.html"))
                    .Contains("Thing.cs", StringComparison.Ordinal));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(site, "*", SearchOption.AllDirectories),
            file => File.ReadAllText(file).Contains(Secret, StringComparison.Ordinal));
        Assert.DoesNotContain("link.cs<", File.ReadAllText(Path.Combine(site, "files", "lib", "index.html")));
    }

    [Theory]
    [InlineData("a#b.cs")]
    [InlineData("a?b.cs")]
    [InlineData("100%25 % é.cs")]
    [InlineData("it's \"quoted\" & <b>.cs")]
    [InlineData("naïve file.svg")]
    [InlineData("страница.md")]
    public void A_name_with_any_sign_is_escaped_and_its_links_lead_there(string name)
    {
        Assert.SkipWhen(
            OperatingSystem.IsWindows() && name.AsSpan().ContainsAny("?\"<>"), "Windows has no such names.");
        using var course = new SampleCourse();
        course.Files.Write("<svg/>", "lib", name);
        course.Rewrite(4, $"[file](../lib/{Uri.EscapeDataString(name)}) [all](../lib) [two](02-two.ipynb)");
        string site = Build(course);
        Assert.Empty(new SiteFiles(site).BrokenLinks());
        Assert.Contains(
            Directory.EnumerateFiles(Path.Combine(site, "files", "lib")),
            file => Path.GetFileName(file).StartsWith(name, StringComparison.Ordinal));
        Assert.DoesNotContain($"href=\"files/lib/{name}", File.ReadAllText(Path.Combine(site, "01-one.html")));
    }

    [Fact]
    public void A_chapter_with_a_sign_in_its_name_is_found_from_everywhere()
    {
        using var course = new SampleCourse();
        File.Copy(course.First, course.Files.File("notebooks", "03-a#b & c.ipynb"));
        Assert.Empty(new SiteFiles(Build(course)).BrokenLinks());
    }

    [Fact]
    public void A_file_leads_back_to_the_chapters_that_link_to_it()
    {
        using var course = new SampleCourse();
        string page = System.Net.WebUtility.HtmlDecode(new SiteFiles(Build(course)).Read("files/lib/Thing.cs.html"));
        Assert.Contains(
            "<nav class=\"back\" aria-label=\"Back\">← <a href=\"../../01-one.html\">1 · One</a></nav>", page);
    }

    [Theory]
    [InlineData("javascript:alert(1)", true)]
    [InlineData(" JaVa\tScript:alert(1)", true)]
    [InlineData("vbscript:x", true)]
    [InlineData("data:text/html,<b>", true)]
    [InlineData("data:image/png;base64,AAAA", false)]
    [InlineData("https://example.org/javascript:", false)]
    [InlineData("a.md#javascript:", false)]
    public void An_address_that_is_a_script_is_known(string url, bool isScript) =>
        Assert.Equal(isScript, SafeHtml.IsScript(url));

    [Theory]
    [InlineData("[x](javascript:hack())")]
    [InlineData("[x](<java\tscript:hack()>)")]
    [InlineData("<javascript:hack()>")]
    [InlineData("[x][y]\n\n[y]: javascript:hack()")]
    [InlineData("![x](data:text/html,hack)")]
    [InlineData("<a href=\"javascript:hack()\">x</a>")]
    [InlineData("so <a title='>' href=javascript&colon;hack()>x</a>")]
    [InlineData("<form><button formaction='java&#10;script:hack()'>x</button></form>")]
    public void No_link_of_a_text_is_a_script(string markdown)
    {
        var math = new MathRenderer(Path.Combine(AppContext.BaseDirectory, "Assets", "katex", "katex.min.js"));
        using var course = new SampleCourse();
        var files = new LinkedFiles(course.Repository, course.Repository.Notebooks);
        string html = new MarkdownRenderer(math, url => files.UrlOf(url, course.Repository.Notebooks, ""))
            .Render(markdown, []);
        Assert.DoesNotMatch(
            "(?i)(href|src|action)\\s*=\\s*[\"']?[^\"'>]*(script|text/html)",
            System.Net.WebUtility.HtmlDecode(html.Replace("&colon;", ":", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_page_runs_no_script_but_the_sites_own_and_fetches_nothing()
    {
        await using Chromium browser = await Chromium.StartAsync();
        using var course = new SampleCourse();
        const string hack = "<script>window.hacked = 1</script><img src=\"x.png\" onerror=\"window.hacked = 2\"><svg " +
            "onload=\"window.hacked = 3\"></svg><a id=\"link\" href=\"javascript:window.hacked = 4\">x</a>" +
            "<img src=\"https://example.org/x.png\"><iframe srcdoc=\"<script>parent.hacked = 5</script>\"></iframe>";
        course.Rewrite(4, $"{hack}\n\n[two](02-two.ipynb)");
        var notebook = Notebook.Load(course.First);
        notebook.Cells[3].SetOutputs([new DisplayOutput(new MimeBundle(("text/html", hack)))]);
        notebook.Save(course.First);
        await using BrowserPage page = await browser.OpenAsync(
            new Uri(Path.Combine(Build(course), "01-one.html")), 1000, 900);
        await page.EvaluateAsync("document.querySelectorAll('#link').forEach(link => link.click())");
        Assert.Equal("undefined", (await page.EvaluateAsync("typeof window.hacked"))!.GetValue<string>());
        Assert.DoesNotContain(page.Requests, url => url.StartsWith("http", StringComparison.Ordinal));
        Assert.Equal(
            "refused", (await page.EvaluateAsync("fetch('https://example.org/').then(() => 'sent', () => 'refused')"))!
                .GetValue<string>());
        Assert.Contains(
            page.Errors, error => error.Contains("connect-src", StringComparison.Ordinal)
                || error.Contains("default-src", StringComparison.Ordinal));
        // The site's own script has run.
        Assert.Equal("light", (await page.EvaluateAsync("document.documentElement.dataset.theme"))!.GetValue<string>());
    }

    private static string Build(SampleCourse course)
    {
        string folder = course.Files.File("site");
        new SiteBuilder(course.Repository, course.Repository.Notebooks).Build(course.Repository.Chapters(), folder);
        return folder;
    }

    private static async Task<bool> GitAsync(string folder, params string[] arguments)
    {
        try
        {
            using var git = Process.Start(
                new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardError = true })!;
            await git.WaitForExitAsync();
            return git.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
