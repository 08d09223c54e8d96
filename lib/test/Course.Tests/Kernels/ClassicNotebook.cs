using System.Diagnostics;

namespace Course.Tests;

/// <summary>A Jupyter Notebook server over a copy of the course, reachable from this machine alone.</summary>
internal sealed class ClassicNotebook : IAsyncDisposable
{
    private readonly TempFolder _root = new();
    private readonly Process _server;

    private ClassicNotebook(Process server, TempFolder root, int port) =>
        (_server, _root, Address) = (server, root, new Uri($"http://127.0.0.1:{port}/"));

    public Uri Address { get; }

    public static async Task<ClassicNotebook> StartAsync(InstalledKernel kernel)
    {
        var root = new TempFolder();
        Repository repository = Repository.Find();
        Copy(repository.Notebooks, root.File("notebooks"));
        foreach (string file in Directory.EnumerateFiles(root.File("notebooks"), "*.ipynb"))
        {
            var copy = Notebooks.Notebook.Load(file);
            StoredFigures.Split(copy); // what run --write has written already stays as it is
            copy.Save(file);
        }

        Copy(repository.Data, root.File("data"));
        Copy(repository.LibraryFolder, root.File("lib", "bin"));

        int port = FreePorts.Find(1)[0];
        var info = new ProcessStartInfo(InstalledKernel.Python,
        [
            "-m", "notebook", "--no-browser", "--allow-root", "--ip=127.0.0.1", $"--port={port}",
            "--NotebookApp.token=", "--NotebookApp.password=",
            $"--notebook-dir={root.Path}",
        ])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = root.Path,
        };
        foreach (var (name, value) in kernel.JupyterEnvironment()) { info.Environment[name] = value; }
        info.Environment["JUPYTER_CONFIG_DIR"] = root.File("config");
        info.Environment["JUPYTER_RUNTIME_DIR"] = root.File("runtime");
        Process server = Process.Start(info)!;
        server.OutputDataReceived += (_, _) => { };
        server.ErrorDataReceived += (_, _) => { };
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();

        var notebook = new ClassicNotebook(server, root, port);
        using var client = new HttpClient();
        for (int i = 0; ; i++)
        {
            try { await client.GetStringAsync(new Uri(notebook.Address, "api")); return notebook; }
            catch (HttpRequestException) when (i < 300 && !server.HasExited) { await Task.Delay(200); }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _server.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
        _server.Dispose();
        _root.Dispose();
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
