using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Course.Tests;

/// <summary>The server as a program sees it: Jupyter Server's interface.</summary>
[Collection(LiveCourseCollection.Name)]
public class LiveApiTests(LiveCourse course)
{
    [Fact]
    public async Task What_there_is_is_said_as_Jupyter_says_it()
    {
        using HttpClient http = LiveClient.HttpOf(course.Server);
        Assert.Equal("2.0.0", (await GetAsync(http, "api"))["version"]!.GetValue<string>());
        JsonNode specs = await GetAsync(http, "api/kernelspecs");
        Assert.Equal("C#", specs["kernelspecs"]!["transformers-csharp"]!["spec"]!["language"]!.GetValue<string>());
        Assert.NotNull(specs["kernelspecs"]![".net-csharp"]); // the name in the chapters
        Assert.NotNull((await GetAsync(http, "api/status"))["started"]);
        using HttpResponseMessage none = await http.GetAsync("api/nothing");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task A_notebook_has_one_kernel_however_often_it_is_opened_until_that_is_ended()
    {
        using HttpClient http = LiveClient.HttpOf(course.Server);
        JsonObject Wish() => new()
        {
            ["path"] = "one.ipynb", ["type"] = "notebook", ["kernel"] = new JsonObject { ["name"] = ".net-csharp" },
        };
        JsonNode[] both = await Task.WhenAll(
            LiveClient.PostAsync(http, "api/sessions", Wish()), LiveClient.PostAsync(http, "api/sessions", Wish()));
        Assert.Equal(both[0]["id"]!.GetValue<string>(), both[1]["id"]!.GetValue<string>());
        string kernel = both[0]["kernel"]!["id"]!.GetValue<string>();
        Assert.Equal(kernel, both[1]["kernel"]!["id"]!.GetValue<string>());
        Assert.Contains(
            (await GetAsync(http, "api/kernels")).AsArray(), each => each!["id"]!.GetValue<string>() == kernel);

        using HttpResponseMessage ended = await http.DeleteAsync($"api/sessions/{both[0]["id"]}");
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        using HttpResponseMessage gone = await http.GetAsync($"api/kernels/{kernel}");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task A_kernel_that_is_not_there_is_refused_by_name()
    {
        using HttpClient http = LiveClient.HttpOf(course.Server);
        using HttpResponseMessage answer = await http.PostAsync(
            "api/kernels", new StringContent("""{"name": "python3"}""", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("python3", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Chapters_are_read_and_only_the_readers_own_place_is_written()
    {
        using HttpClient http = LiveClient.HttpOf(course.Server);
        JsonNode list = await GetAsync(http, "api/contents");
        Assert.Equal("01-attention.ipynb", list["content"]![1]!["path"]!.GetValue<string>());
        JsonNode chapter = await GetAsync(http, "api/contents/01-attention.ipynb");
        Assert.False(chapter["writable"]!.GetValue<bool>());
        Assert.Equal(4, chapter["content"]!["nbformat"]!.GetValue<int>());

        string body = new JsonObject { ["content"] = chapter["content"]!.DeepClone() }.ToJsonString();
        Assert.Equal(HttpStatusCode.Created, await PutAsync(http, "api/contents/mine/my copy.ipynb", body));
        Assert.Equal(
            "mine/my copy.ipynb",
            (await GetAsync(http, "api/contents/mine"))["content"]![0]!["path"]!.GetValue<string>());
        Assert.Equal(4, (await GetAsync(http, "api/contents/mine/my%20copy.ipynb"))["content"]!["nbformat"]!
            .GetValue<int>());
        Assert.Equal(HttpStatusCode.Forbidden, await PutAsync(http, "api/contents/01-attention.ipynb", body));
        Assert.Equal(HttpStatusCode.Forbidden, await PutAsync(http, "api/contents/mine/evil.js", body));
        Assert.Equal(HttpStatusCode.BadRequest, await PutAsync(http, "api/contents/mine/a.ipynb", "{\"content\": {}}"));
        using HttpResponseMessage removed = await http.DeleteAsync("api/contents/mine/my%20copy.ipynb");
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
    }

    [Fact]
    public async Task A_cell_runs_in_the_chapters_folder_and_what_it_shows_comes_before_its_end()
    {
        await using LiveClient client = await LiveClient.ConnectAsync(course.Server);
        var (reply, shown) = await client.RunAsync(
            "Console.Write(System.IO.File.Exists(\"01-attention.ipynb\")); display(1); 6 * 7");
        Assert.Equal("ok", reply["status"]!.GetValue<string>());
        Assert.Equal("True", LiveClient.Printed(shown));
        Assert.Equal(
            ["status", "execute_input", "stream", "display_data", "execute_result", "status"],
            shown.Select(message => message["header"]!["msg_type"]!.GetValue<string>()));
        Assert.Equal("42", shown[4]["content"]!["data"]!["text/plain"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_endless_loop_is_interrupted_and_a_restart_forgets_what_there_was()
    {
        await using LiveClient client = await LiveClient.ConnectAsync(course.Server);
        await client.RunAsync("int kept = 5;");
        string id = await client.SendAsync("execute_request", KernelClient.Code("while (true) { }"));
        await client.NextAsync(message => message["header"]!["msg_type"]!.GetValue<string>() == "execute_input");
        await LiveClient.PostAsync(client.Http, $"api/kernels/{client.Kernel}/interrupt", []);
        var (stopped, _) = await client.EndOfAsync(id);
        Assert.Equal("error", stopped["status"]!.GetValue<string>());
        Assert.Equal("ok", (await client.RunAsync("kept")).Reply["status"]!.GetValue<string>());

        await LiveClient.PostAsync(client.Http, $"api/kernels/{client.Kernel}/restart", []);
        var (reply, _) = await client.RunAsync("kept");
        Assert.Contains("CS0103", reply["evalue"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_is_sent_while_it_starts_anew_waits_and_the_old_one_is_not_heard_any_more()
    {
        await using LiveClient client = await LiveClient.ConnectAsync(course.Server);
        for (int i = 0; i < 3; i++)
        {
            Task<JsonNode> restart = LiveClient.PostAsync(client.Http, $"api/kernels/{client.Kernel}/restart", []);
            await client.NextAsync(
                message => message["content"]!["execution_state"]?.GetValue<string>() == "restarting");
            string id = await client.SendAsync("execute_request", KernelClient.Code("Console.Write(7)"));
            JsonNode next = await client.NextAsync(); // no farewell of the old one
            Assert.Equal("idle", next["content"]!["execution_state"]?.GetValue<string>());
            Assert.Equal("{}", next["parent_header"]!.ToJsonString());
            var (reply, shown) = await client.EndOfAsync(id);
            Assert.Equal("ok", reply["status"]!.GetValue<string>());
            Assert.Equal("7", LiveClient.Printed(shown));
            await restart;
        }
    }

    [Fact]
    public async Task A_crash_ends_one_kernel_and_nothing_else_and_it_can_be_started_anew()
    {
        await using LiveClient other = await LiveClient.ConnectAsync(course.Server);
        await using LiveClient client = await LiveClient.ConnectAsync(course.Server);
        await client.SendAsync("execute_request", KernelClient.Code("Environment.FailFast(\"gone\");"));
        await client.NextAsync(message => message["content"]!["execution_state"]?.GetValue<string>() == "dead");
        Assert.Equal("dead", (await GetAsync(client.Http, $"api/kernels/{client.Kernel}"))["execution_state"]!
            .GetValue<string>());
        Assert.Equal("ok", (await other.RunAsync("1")).Reply["status"]!.GetValue<string>());
        await LiveClient.PostAsync(client.Http, $"api/kernels/{client.Kernel}/restart", []);
        Assert.Equal("ok", (await client.RunAsync("1")).Reply["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Whoever_goes_away_in_the_middle_of_a_cell_gets_all_of_it_when_back()
    {
        LiveClient client = await LiveClient.ConnectAsync(course.Server);
        string id = await client.SendAsync("execute_request", KernelClient.Code(
            "for (int i = 0; i < 4; i++) { Console.WriteLine(i); await Task.Delay(300); }"));
        await client.NextAsync(message => message["header"]!["msg_type"]!.GetValue<string>() == "stream");
        client.Vanish();
        await Task.Delay(TimeSpan.FromSeconds(2)); // the cell has ended unheard, on a machine that is not too busy
        await using LiveClient back = await LiveClient.ConnectAsync(course.Server, client.Kernel, client.Session);
        var (reply, shown) = await back.EndOfAsync(id);
        Assert.Equal("ok", reply["status"]!.GetValue<string>());
        Assert.Equal("0\n1\n2\n3\n", LiveClient.Printed(shown));
    }

    [Fact]
    public async Task Two_clients_of_a_kernel_see_what_is_shown_and_only_the_one_who_asked_gets_the_answer()
    {
        await using LiveClient one = await LiveClient.ConnectAsync(course.Server);
        await using LiveClient two = await LiveClient.ConnectAsync(course.Server, one.Kernel);
        await one.RunAsync("Console.Write(\"seen\")");
        JsonNode heard = await two.NextAsync(
            message => message["header"]!["msg_type"]!.GetValue<string>() == "stream");
        Assert.Equal("seen", heard["content"]!["text"]!.GetValue<string>());
        string id = await two.SendAsync("kernel_info_request", []);
        while (true)
        {
            JsonNode message = await two.NextAsync();
            if (message["channel"]!.GetValue<string>() != "shell") { continue; }

            Assert.Equal(id, message["parent_header"]!["msg_id"]!.GetValue<string>());
            break;
        }
    }

    private static async Task<JsonNode> GetAsync(HttpClient http, string address) =>
        JsonNode.Parse(await http.GetStringAsync(address))!;

    private static async Task<HttpStatusCode> PutAsync(HttpClient http, string address, string body)
    {
        using HttpResponseMessage answer = await http.PutAsync(
            address, new StringContent(body, Encoding.UTF8, "application/json"));
        return answer.StatusCode;
    }
}
