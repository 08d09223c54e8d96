using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Notebooks;
using Notebooks.Jupyter;

namespace Course;

/// <summary>
/// The part of Jupyter Server's interface that a front end needs to run notebooks (its documentation, "REST API"): what
/// there is, kernels, sessions, contents. Each address is a line here.
/// </summary>
/// <param name="kernels">The kernels.</param>
/// <param name="contents">The notebooks.</param>
/// <param name="progress">What the reader has solved; its address is the course's own, not Jupyter's.</param>
internal sealed class LiveApi(LiveKernels kernels, ContentsStore contents, LiveProgress progress)
{
    private const long MostOfABody = 64 * 1024 * 1024;

    private static readonly DateTime s_started = DateTime.UtcNow;

    /// <summary>Answers a request below /api/.</summary>
    public async Task AnswerAsync(HttpContext context, string[] path)
    {
        if (path is ["kernels", var id, "channels"])
        {
            if (kernels.Find(id) is { } kernel) { await Channels.ServeAsync(context, kernel).ConfigureAwait(false); }
            else { await RefuseAsync(context, 404, "There is no such kernel.").ConfigureAwait(false); }

            return;
        }

        (int status, JsonNode? body) answer;
        try { answer = await AnswerAsync(context.Request, path, context.RequestAborted).ConfigureAwait(false); }
        catch (Exception problem) when (problem is InvalidDataException or NotebookFormatException)
        {
            answer = (400, Message($"This cannot be read: {problem.Message}"));
        }
        catch (Exception problem) when (problem is CourseException or IOException or UnauthorizedAccessException)
        {
            answer = (500, Message(problem.Message));
        }

        context.Response.StatusCode = answer.status;
        context.Response.Headers.CacheControl = "no-store";
        if (answer.body is null) { return; }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.body.ToJsonString()).ConfigureAwait(false);
    }

    /// <summary>Says in a sentence why a request is not answered.</summary>
    public static Task RefuseAsync(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(Message(why).ToJsonString());
    }

    private async Task<(int, JsonNode?)> AnswerAsync(
        HttpRequest request, string[] path, CancellationToken cancellation) => (request.Method, path) switch
        {
            ("GET", []) => (200, new JsonObject { ["version"] = "2.0.0" }), // of the interface, not of this server
            ("GET", ["status"]) => (200, Status()),
            ("GET", ["me"]) => (200, new JsonObject
            {
                ["identity"] = new JsonObject(), ["permissions"] = new JsonObject(),
            }),
            ("GET", ["progress"]) => (200, progress.ToJson()),
            ("GET", ["kernelspecs"]) => (200, KernelSpecs()),
            ("GET", ["kernelspecs", var name]) => SpecNames.Contains(name) ? (200, SpecModel(name)) : NotThere(name),
            ("GET", ["kernels"]) => (200, new JsonArray([.. kernels.All.Select(each => each.ToJson())])),
            ("POST", ["kernels"]) => (201, (await kernels.StartAsync(
                NameIn(await BodyAsync(request).ConfigureAwait(false)), cancellation).ConfigureAwait(false)).ToJson()),
            ("GET", ["kernels", var id]) => kernels.Find(id) is { } kernel ? (200, kernel.ToJson()) : NotThere(id),
            ("DELETE", ["kernels", var id]) => await kernels.EndAsync(id).ConfigureAwait(false)
                ? (204, null) : NotThere(id),
            ("POST", ["kernels", var id, "interrupt"]) => kernels.Find(id) is { } kernel
                ? Interrupt(kernel) : NotThere(id),
            ("POST", ["kernels", var id, "restart"]) => kernels.Find(id) is { } kernel
                ? await RestartAsync(kernel).ConfigureAwait(false) : NotThere(id),
            ("GET", ["sessions"]) => (200, new JsonArray([.. kernels.Sessions])),
            ("POST", ["sessions"]) => (201, await OpenAsync(
                await BodyAsync(request).ConfigureAwait(false), cancellation).ConfigureAwait(false)),
            ("GET", ["sessions", var id]) => kernels.Session(id) is { } session ? (200, session) : NotThere(id),
            ("DELETE", ["sessions", var id]) => await kernels.CloseAsync(id).ConfigureAwait(false)
                ? (204, null) : NotThere(id),
            (_, ["contents", .. var file]) => await ContentsAsync(request, file).ConfigureAwait(false),
            _ => (404, Message("This server has no such address.")),
        };

    private async Task<(int, JsonNode?)> ContentsAsync(HttpRequest request, string[] path)
    {
        switch (request.Method)
        {
            case "GET":
                return contents.Get(path, request.Query["content"] != "0") is { } found
                    ? (200, found) : NotThere(string.Join('/', path));
            case "PUT" or "DELETE" when !ContentsStore.IsWritable(path):
                return (403, Message(
                    $"Chapters are only read. A copy goes to {ContentsStore.Mine}/, with letters, digits, dots, " +
                    "dashes and blanks in its name, which ends in .ipynb."));
            case "PUT":
                JsonObject body = await BodyAsync(request).ConfigureAwait(false);
                return body["content"] is JsonObject notebook
                    ? (201, contents.Put(path, notebook)) : (400, Message("There is no content that is a notebook."));
            case "DELETE":
                return contents.Delete(path) ? (204, null) : NotThere(string.Join('/', path));
            default:
                return (405, Message("Contents can be read, put and deleted."));
        }
    }

    private static (int, JsonNode?) Interrupt(LiveKernel kernel)
    {
        kernel.Interrupt();
        return (204, null);
    }

    private static async Task<(int, JsonNode?)> RestartAsync(LiveKernel kernel)
    {
        // Not cancelled with the request: a page that is closed meanwhile must not leave half a restart.
        await kernel.RestartAsync(CancellationToken.None).ConfigureAwait(false);
        return (200, kernel.ToJson());
    }

    private Task<JsonObject> OpenAsync(JsonObject body, CancellationToken cancellation) => kernels.OpenAsync(
        Text(body["path"]) ?? Text((body["notebook"] as JsonObject)?["path"]) ?? "", Text(body["type"]) ?? "notebook",
        NameIn(body["kernel"] as JsonObject ?? []), cancellation);

    private JsonObject Status() => new()
    {
        ["started"] = s_started,
        ["last_activity"] = kernels.All.Select(each => each.LastActivity).DefaultIfEmpty(s_started).Max(),
        ["kernels"] = kernels.All.Count(),
        ["connections"] = kernels.All.Sum(each => each.Audience.Count),
    };

    /// <summary>One kernel by the two names under which chapters and front ends ask for it.</summary>
    private static string[] SpecNames { get; } = [KernelSpec.DefaultName, KernelSpec.ChaptersName];

    private static JsonObject KernelSpecs() => new()
    {
        ["default"] = KernelSpec.DefaultName,
        ["kernelspecs"] = new JsonObject(
            SpecNames.Select(name => KeyValuePair.Create(name, (JsonNode?)SpecModel(name)))),
    };

    private static JsonObject SpecModel(string name) => new()
    {
        ["name"] = name,
        ["spec"] = new JsonObject
        {
            ["argv"] = new JsonArray(), // the server starts it; a client has nothing to start
            ["env"] = new JsonObject(),
            ["display_name"] = KernelSpec.DisplayName,
            ["language"] = "C#",
            ["interrupt_mode"] = "message",
            ["metadata"] = new JsonObject(),
        },
        ["resources"] = new JsonObject(),
    };

    private static string NameIn(JsonObject kernel)
    {
        string name = Text(kernel["name"]) ?? KernelSpec.DefaultName;
        return SpecNames.Contains(name) ? name : throw new InvalidDataException(
            $"there is no kernel '{Quoted.Of(name, 60)}' here, only {string.Join(" and ", SpecNames)}");
    }

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static (int, JsonNode?) NotThere(string what) => (404, Message($"There is no '{Quoted.Of(what, 100)}'."));

    private static JsonObject Message(string text) => new() { ["message"] = text, ["reason"] = null };

    private static async Task<JsonObject> BodyAsync(HttpRequest request)
    {
        using var bytes = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        for (int read; (read = await request.Body.ReadAsync(buffer).ConfigureAwait(false)) > 0;)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > MostOfABody) { throw new InvalidDataException("it is longer than a notebook can be"); }
        }

        return bytes.Length == 0 ? [] : ForeignJson.Read(bytes.ToArray());
    }
}
