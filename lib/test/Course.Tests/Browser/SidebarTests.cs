using System.Text.RegularExpressions;

namespace Course.Tests;

/// <summary>The sidebar of every page: read as text, and driven in a browser by mouse and keyboard.</summary>
[Collection(CommittedSiteCollection.Name)]
public partial class SidebarTests(CommittedSite site)
{
    private const string Page = "01-attention.html";

    private const string Here =
        "[...document.querySelectorAll('.sidebar [aria-current]')].map(a => a.getAttribute('href')).join(' ')";

    [Fact]
    public void Every_page_lists_every_chapter_and_a_chapter_its_sections()
    {
        var files = new SiteFiles(site.Folder);
        Assert.Empty(files.BrokenLinks());
        string[] chapters = [.. Repository.Find().Chapters().Select(chapter => chapter.Name + ".html")];
        foreach (string page in files.Pages)
        {
            string html = File.ReadAllText(page);
            string bar = Bar().Match(html).Value;
            Assert.All(chapters, chapter => Assert.Contains($"{chapter}\"", bar));
            string name = Path.GetRelativePath(site.Folder, page);
            bool isListed = name is "index.html" or NotationPage.FileName or AnatomyPage.FileName;
            Assert.Equal(
                isListed || chapters.Contains(name) ? 1 : 0,
                Regex.Count(bar, "aria-current=\"page\""));
            if (!chapters.Contains(name)) { continue; }

            Assert.Contains($"<a href=\"{name}\" aria-current=\"page\">", bar);
            Assert.Equal(
                SectionHeading().Matches(html).Select(match => "#" + match.Groups[1].Value),
                SectionLink().Matches(bar).Select(match => match.Groups[1].Value));
        }
    }

    [Theory]
    [InlineData(1280, false)]
    [InlineData(1280, true)]
    public async Task The_section_in_view_is_marked_and_nothing_moves_while_the_page_loads(int width, bool dark)
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await browser.OpenAsync(site.Address(Page), width, 900, dark, calm: true);
        Assert.Equal(Page, (await tab.EvaluateAsync(Here))!.GetValue<string>());
        await CommittedSite.PictureAsync(tab, $"sidebar-{width}-{(dark ? "dark" : "light")}");
        await tab.EvaluateAsync("document.getElementById('break-it').scrollIntoView()");
        await UntilAsync(tab, $"{Here} === '{Page} #break-it'");
        await tab.EvaluateAsync("scrollBy(0, -700)"); // up again, into the section before
        await UntilAsync(tab, $"{Here} === '{Page} #the-attention-of-a-trained-model'");
        Assert.True((await tab.EvaluateAsync("""
            (() => { const bar = document.querySelector('.sidebar').getBoundingClientRect();
              const here = document.querySelector('.sidebar .sections [aria-current]').getBoundingClientRect();
              return here.top >= bar.top && here.bottom <= Math.min(bar.bottom, innerHeight); })()
            """))!.GetValue<bool>());
        await CommittedSite.PictureAsync(tab, $"sidebar-below-{width}-{(dark ? "dark" : "light")}");
        await tab.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight)");
        await UntilAsync(tab, $"{Here} === '{Page} #summary'");
        double shift = (await tab.EvaluateAsync("""
            new Promise(done => new PerformanceObserver(list => done(list.getEntries().reduce(
              (sum, each) => sum + (each.sources.some(s => s.node?.closest?.('.sidebar, .top')) ? each.value : 0), 0)))
              .observe({ type: 'layout-shift', buffered: true }) || setTimeout(() => done(0), 500))
            """))!.GetValue<double>();
        Assert.Equal(0, shift);
        Assert.Empty(tab.Errors);
    }

    [Theory]
    [InlineData(Page, false)]
    [InlineData(Page, true)]
    [InlineData("files/lib/src/TransformersFromScratch/Layers/Attention.cs.html", false)]
    public async Task On_a_phone_a_button_opens_it_and_the_keyboard_alone_does(string page, bool dark)
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await browser.OpenAsync(site.Address(page), 400, 800, dark, calm: true);
        const string isSeen = "getComputedStyle(document.querySelector('.sidebar')).visibility === 'visible'";
        Assert.False((await tab.EvaluateAsync(isSeen))!.GetValue<bool>());
        await tab.PressAsync("Tab", "Tab"); // past the link to the text
        Assert.Equal("menu", (await tab.EvaluateAsync("document.activeElement.id"))!.GetValue<string>());
        await tab.PressAsync("Enter");
        await UntilAsync(tab, isSeen);
        Assert.Equal("true", (await tab.EvaluateAsync("menu.getAttribute('aria-expanded')"))!.GetValue<string>());
        await UntilAsync(tab, "document.activeElement.closest('.sidebar')");
        await CommittedSite.PictureAsync(tab, $"drawer-{(dark ? "dark" : "light")}-{page.Length}");
        Assert.Equal(400, (await tab.EvaluateAsync("document.documentElement.scrollWidth"))!.GetValue<int>());
        await tab.PressAsync("Escape");
        Assert.False((await tab.EvaluateAsync(isSeen))!.GetValue<bool>());
        Assert.Equal("menu", (await tab.EvaluateAsync("document.activeElement.id"))!.GetValue<string>());
        await tab.PressAsync("Enter");
        await UntilAsync(tab, "document.activeElement.closest('.sidebar')");
        await tab.EvaluateAsync(
            "document.querySelector('.sidebar a[href$=\"02-positional-encoding.html\"]').focus()");
        await tab.PressAsync("Enter");
        await UntilAsync(tab, "location.pathname.endsWith('02-positional-encoding.html')");
        Assert.Empty(tab.Errors);
    }

    [Fact]
    public async Task A_section_chosen_on_a_phone_closes_it_and_is_shown()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await browser.OpenAsync(site.Address(Page), 400, 800, touch: true, calm: true);
        await tab.TapAsync("menu");
        await UntilAsync(tab, "menu.getAttribute('aria-expanded') === 'true'");
        await tab.EvaluateAsync("document.querySelector('.sidebar a[href=\"#setup\"]').click()");
        await UntilAsync(tab, "menu.getAttribute('aria-expanded') === 'false'");
        await UntilAsync(tab, "Math.abs(setup.getBoundingClientRect().top - 67) < 60");
        Assert.False((await tab.EvaluateAsync("content.inert"))!.GetValue<bool>());
    }

    private static async Task UntilAsync(BrowserPage tab, string condition) => Assert.True(
        await tab.WaitForAsync(condition, TimeSpan.FromSeconds(20)),
        $"It has never been true that {condition}; marked are {await tab.EvaluateAsync(Here)}");

    [GeneratedRegex("<nav class=\"sidebar\".*?</nav>", RegexOptions.Singleline)]
    private static partial Regex Bar();

    [GeneratedRegex("<h2 id=\"([^\"]+)\"")]
    private static partial Regex SectionHeading();

    [GeneratedRegex("<a href=\"(#[^\"]+)\"")]
    private static partial Regex SectionLink();
}
