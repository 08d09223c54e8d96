using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Figures;

/// <summary>Whether figures come to life, or stay pictures, in a real browser without a network.</summary>
public sealed class FigureBrowserTests : IDisposable
{
    /// <summary>
    /// Writes down, once everything has settled, what became of each figure and what the page asked for.
    /// </summary>
    private const string Report = """
        <pre id="report"></pre><script>setTimeout(() => report.textContent = JSON.stringify({
          figures: [...document.querySelectorAll('.tfs-figure')].map(f => {
            const still = f.querySelector('svg'), box = f.querySelector('.tfs-box');
            const live = f.querySelector('.tfs-live');
            return {
              drawn: !!live && live.querySelectorAll('.main-svg').length > 0,
              marks: live ? live.querySelectorAll('.hm image, .js-line, .point, .points path').length : 0,
              texts: live ? [...live.querySelectorAll('.xtick text, .ytick text')].map(t => t.textContent) : [],
              stillSeen: getComputedStyle(still).visibility == 'visible' && still.getBoundingClientRect().height > 50,
              inside: !live || live.querySelector('.main-svg').getBoundingClientRect().height <=
                box.getBoundingClientRect().height + 1,
              ink: live && live.layout ? live.layout.font.color : '',
              numbers: live && live.data[0].text ? live.data[0].text.flat() : [],
              z: live && live.data[0].z ? live.data[0].z[0][0] : null };
          }),
          asked: performance.getEntriesByType('resource').map(e => e.name),
          scripts: document.querySelectorAll('script[src]').length,
          define: typeof window.define }), 12000)</script>
        """;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("page");

    private static string PlotlyScript
    {
        get
        {
            DirectoryInfo? above = new(AppContext.BaseDirectory);
            while (above is not null && !File.Exists(Path.Combine(above.FullName, "bin", "plotly.min.js")))
                above = above.Parent;
            return Path.Combine(above?.FullName ?? "", "bin", "plotly.min.js");
        }
    }

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Every_kind_of_figure_is_drawn_live_from_one_local_script()
    {
        JsonElement report = OpenFile(Page(Samples.All.Values.Select(make => make().ToHtml())), withPlotly: true);
        JsonElement[] figures = [.. report.GetProperty("figures").EnumerateArray()];
        Assert.Equal(Samples.All.Count, figures.Length);
        foreach ((string name, JsonElement figure) in Samples.All.Keys.Zip(figures))
        {
            Assert.True(figure.GetProperty("drawn").GetBoolean(), $"{name} was not drawn");
            Assert.True(figure.GetProperty("marks").GetInt32() > 0, $"{name} is empty");
            Assert.False(figure.GetProperty("stillSeen").GetBoolean(), $"the still picture of {name} shows through");
            Assert.True(figure.GetProperty("inside").GetBoolean(), $"{name} is larger than its picture was");
        }

        Assert.Equal(1, report.GetProperty("scripts").GetInt32());
        Assert.All(
            report.GetProperty("asked").EnumerateArray(), asked => Assert.StartsWith("file:", asked.GetString()));

        // Equal and hostile labels: each has its own tick, read as plain text.
        JsonElement hostile = figures[Samples.All.Keys.ToList().IndexOf("hostile labels")];
        string[] texts = [.. hostile.GetProperty("texts").EnumerateArray().Select(t => t.GetString()!)];
        Assert.Equal(4, texts.Count(t => t == "the"));
        Assert.Equal(2, texts.Count(t => t == "</script>"));
        Assert.Equal(2, texts.Count(t => t == "<pad>"));
        Assert.Equal(2, texts.Count(t => t == "&amp;"));

        // Packed numbers arrive as they were: the encoding of position 0 starts with sin 0.
        JsonElement encoding = figures[Samples.All.Keys.ToList().IndexOf("noise 64x128")];
        Assert.Equal(
            Samples.All["noise 64x128"]().Spec.Panels[0].Heat!.Values[0], encoding.GetProperty("z").GetDouble(), 1e-3);
    }

    [Fact]
    public void A_number_that_rounds_to_zero_has_no_sign_in_a_live_heatmap()
    {
        var matrix = Matrix<float>.Build.DenseOfArray(new[,] { { -0.001f, -0.5f }, { 0.4f, -0.0f } });
        JsonElement report = OpenFile(
            Page([Plot.Heatmap(matrix, ["a", "b"], ["a", "b"]).ToHtml()]), withPlotly: true);
        Assert.Equal(["0.00", "−0.50", "0.40", "0.00"], report.GetProperty("figures")[0].GetProperty("numbers")
            .EnumerateArray().Select(number => number.GetString()));
    }

    [Fact]
    public void Any_trace_of_Plotly_is_drawn_live_in_the_place_of_its_picture()
    {
        Figure[] charts =
        [
            Plot.Plotly(
                """[{ "type": "violin", "y": [1, 2, 2, 3], "showlegend": true }, { "type": "box", "y": [1, 2] }]"""),
            Plot.Plotly(
                """{ "data": [{ "type": "pie", "values": [1, 2] }], "layout": { "width": 300, "height": 300 } }"""),
            Plot.Plotly(
                """[{ "type": "heatmap", "z": [[1, 2], [3, 4]], "coloraxis": "coloraxis", "meta": { "a": 1 } }]"""),
            Plot.Plotly("""[{ "y": [1, 4, 9] }, { "type": "bar", "y": [1, 2, 3] }]""", "Both"),
        ];
        JsonElement report = OpenFile(Page(charts.Select(chart => chart.ToHtml())), withPlotly: true);
        JsonElement[] figures = [.. report.GetProperty("figures").EnumerateArray()];
        Assert.Equal(charts.Length, figures.Length);
        foreach ((Figure chart, JsonElement figure) in charts.Zip(figures))
        {
            Assert.True(figure.GetProperty("drawn").GetBoolean(), $"{chart.Description} was not drawn");
            Assert.False(figure.GetProperty("stillSeen").GetBoolean(), $"the picture of {chart.Description} shows " +
                $"through");
            Assert.True(figure.GetProperty("inside").GetBoolean(), $"{chart.Description} is larger than its picture " +
                $"was");
        }

        Assert.All(
            report.GetProperty("asked").EnumerateArray(), asked => Assert.StartsWith("file:", asked.GetString()));
    }

    [Fact]
    public void Without_plotly_the_picture_stays()
    {
        JsonElement report = OpenFile(Page([Plot.Heatmap(Samples.Soft(3, 3)).ToHtml()]), withPlotly: false);
        JsonElement figure = report.GetProperty("figures")[0];
        Assert.False(figure.GetProperty("drawn").GetBoolean());
        Assert.True(figure.GetProperty("stillSeen").GetBoolean());
    }

    [Fact]
    public void Under_require_js_plotly_still_sets_itself_up_and_define_comes_back()
    {
        string page = Page(
            [Plot.Heatmap(Samples.Soft(3, 3)).ToHtml()],
            head: "<script>function define() { throw new Error('taken') } define.amd = {}</script>");
        JsonElement report = OpenFile(page, withPlotly: true);
        Assert.True(report.GetProperty("figures")[0].GetProperty("drawn").GetBoolean());
        Assert.Equal("function", report.GetProperty("define").GetString());
    }

    [Theory]
    [InlineData("#ffffff", "#111111", "rgb(17, 17, 17)")]
    [InlineData("#1e1e1e", "#dddddd", "rgb(221, 221, 221)")]
    public void Text_takes_the_colour_of_the_page(string ground, string ink, string expected)
    {
        string page = Page(
            [Plot.Heatmap(Samples.Soft(3, 3)).ToHtml()],
            head: $"<style>body{{background:{ground};color:{ink}}}</style>");
        Assert.Equal(
            expected, OpenFile(page, withPlotly: true).GetProperty("figures")[0].GetProperty("ink").GetString());
    }

    [Fact]
    public void A_change_of_theme_reaches_live_figures()
    {
        string page = Page(
            [Plot.Heatmap(Samples.Soft(3, 3)).ToHtml()],
            head: "<style>[data-theme=dark] body{color:#dddddd}</style><script>setTimeout(() => " +
                "document.documentElement.dataset.theme = 'dark', 6000)</script>");
        Assert.Equal(
            "rgb(221, 221, 221)", OpenFile(page, withPlotly: true).GetProperty("figures")[0].GetProperty("ink")
                .GetString());
    }

    // JupyterLab, a workspace of it, Notebook 7 and the classic Notebook: each serves the page away from its file, and
    // answers unknown addresses under /lab with a page of its own.
    [Theory]
    [InlineData("/user/ann/lab/tree/deep/notebooks/01.ipynb", "/user/ann/files/deep/lib/bin/plotly.min.js", "config")]
    [InlineData("/lab/workspaces/auto-x/tree/notebooks/01.ipynb", "/files/lib/bin/plotly.min.js", "config")]
    [InlineData("/lab", "/files/lib/bin/plotly.min.js", "config")]
    [InlineData("/user/ann/notebooks/course/notebooks/01.ipynb",
        "/user/ann/files/course/lib/bin/plotly.min.js", "config")]
    [InlineData("/notebooks/notebooks/01.ipynb", "/files/lib/bin/plotly.min.js", "body")]
    public void In_jupyter_plotly_is_found_among_its_files(string path, string script, string kind)
    {
        string baseUrl = path.StartsWith("/user/ann/", StringComparison.Ordinal) ? "/user/ann/" : "/";
        string page = kind == "body"
            ? Page([Plot.Heatmap(Samples.Soft(3, 3)).ToHtml()])
                .Replace("<body>", $"<body data-base-url=\"{baseUrl}\">", StringComparison.Ordinal)
            : Page(
                [Plot.Heatmap(Samples.Soft(3, 3)).ToHtml()],
                head: $"<script id=\"jupyter-config-data\" type=\"application/json\">{{\"baseUrl\": " +
                    $"\"{baseUrl}\"}}</script>");
        using var server = new Server(request =>
            request == script ? ("text/javascript", File.ReadAllBytes(PlotlyScript))
            : request.StartsWith(baseUrl + "files/", StringComparison.Ordinal) ? null
            : ("text/html", Encoding.UTF8.GetBytes(request == path ? page : "<p>JupyterLab</p>")));
        JsonElement report = Open(server.Address + path);
        Assert.True(
            report.GetProperty("figures")[0].GetProperty("drawn").GetBoolean(),
            "asked for " + string.Join(", ", server.Asked));
        Assert.Contains(script, server.Asked);
    }

    private static string Page(IEnumerable<string> figures, string head = "") =>
        "<!doctype html><html><head><meta " +
        $"charset=\"utf-8\">{head}</head><body>{string.Join('\n', figures)}{Report}</body></html>";

    private JsonElement OpenFile(string page, bool withPlotly)
    {
        string notebooks = Path.Combine(_root.FullName, "notebooks"), bin = Path.Combine(_root.FullName, "lib", "bin");
        Directory.CreateDirectory(notebooks);
        Directory.CreateDirectory(bin);
        if (withPlotly)
            File.Copy(PlotlyScript, Path.Combine(bin, "plotly.min.js"));
        string file = Path.Combine(notebooks, "page.html");
        File.WriteAllText(file, page);
        return Open(new Uri(file).AbsoluteUri, withPlotly ? 3 : 1);
    }

    /// <summary>
    /// The report of a page. Figures are drawn in the browser's frames, and on a busy machine the page's clock, which
    /// jumps from one event to the next, may run out before the first frame is shown. Then the page is opened again; a
    /// figure that cannot be drawn is missing every time.
    /// </summary>
    private static JsonElement Open(string url, int attempts = 3)
    {
        for (int attempt = 1; ; attempt++)
        {
            JsonElement report = Read(Browser.Open(url));
            if (attempt == attempts || report.GetProperty("figures").EnumerateArray()
                .All(figure => figure.GetProperty("drawn").GetBoolean()))
                return report;
        }
    }

    private static JsonElement Read(string page)
    {
        const string start = "<pre id=\"report\">";
        int from = page.IndexOf(start, StringComparison.Ordinal);
        Assert.True(from >= 0, "The browser gave no page: " + page[..Math.Min(500, page.Length)]);
        string json = WebUtility.HtmlDecode(
            page[(from + start.Length)..page.IndexOf("</pre>", from, StringComparison.Ordinal)]);
        Assert.NotEqual("", json);
        return JsonDocument.Parse(json).RootElement;
    }

    /// <summary>A web server for one test, on a free port of this machine.</summary>
    private sealed class Server : IDisposable
    {
        private readonly HttpListener _listener = new();

        public Server(Func<string, (string Type, byte[] Body)?> answer)
        {
            for (int port = 20_000 + Random.Shared.Next(20_000); ; port++)
            {
                _listener.Prefixes.Clear();
                _listener.Prefixes.Add((Address = $"http://127.0.0.1:{port}") + "/");
                try
                {
                    _listener.Start();
                    break;
                }
                catch (HttpListenerException) when (port < 65_000)
                {
                    // Taken: try the next.
                }
            }

            _ = Task.Run(async () =>
            {
                while (_listener.IsListening)
                {
                    HttpListenerContext context = await _listener.GetContextAsync();
                    string path = context.Request.Url!.AbsolutePath;
                    Asked.Enqueue(path);
                    if (answer(path) is var (type, body))
                    {
                        context.Response.ContentType = type;
                        await context.Response.OutputStream.WriteAsync(body);
                    }
                    else
                    {
                        context.Response.StatusCode = 404;
                    }

                    context.Response.Close();
                }
            });
        }

        public string Address { get; private set; } = "";

        public ConcurrentQueue<string> Asked { get; } = new();

        public void Dispose() => _listener.Close();
    }
}
