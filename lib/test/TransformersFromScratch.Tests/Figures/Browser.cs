using System.Diagnostics;

namespace TransformersFromScratch.Tests.Figures;

/// <summary>Opens a page in a real, headless browser that can reach nothing but this machine.</summary>
internal static class Browser
{
    /// <summary>The page as it stands after its scripts have run for a while.</summary>
    /// <param name="url">A file: address, or one of 127.0.0.1.</param>
    public static string Open(string url)
    {
        if (Find() is not { } program)
        {
            const string missing = "No Chromium, Chrome or Edge was found: install one (Debian and Ubuntu: apt-get " +
                "install chromium), " +
                "or name its program in the environment variable CHROME_PATH.";
            Assert.SkipUnless(Environment.GetEnvironmentVariable("REQUIRE_BROWSER") == "1", missing);
            Assert.Fail(missing);
            throw new UnreachableException();
        }

        DirectoryInfo profile = Directory.CreateTempSubdirectory("browser");
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string flag in (string[])
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
            $"--user-data-dir={profile.FullName}", "--window-size=1000,800", "--virtual-time-budget=20000",
            "--dump-dom", url,
        ])
            start.ArgumentList.Add(flag);
        using Process browser = Process.Start(start)!;
        try
        {
            browser.ErrorDataReceived += (_, _) => { };
            browser.BeginErrorReadLine();
            Task<string> page = browser.StandardOutput.ReadToEndAsync();
            Assert.True(page.Wait(TimeSpan.FromMinutes(3)), $"{program} did not finish {url} within three minutes.");
            return page.Result;
        }
        finally
        {
            if (!browser.HasExited)
                browser.Kill(entireProcessTree: true);
            browser.WaitForExit();
            try
            {
                profile.Delete(recursive: true);
            }
            catch (IOException)
            {
                // A child of the browser may still hold a file; the folder is a temporary one.
            }
        }
    }

    private static string? Find()
    {
        string exe = OperatingSystem.IsWindows() ? ".exe" : "";
        string[] names =
            ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
                "microsoft-edge", "msedge"];
        IEnumerable<string> onPath =
            from folder in (Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            from name in names
            select Path.Combine(folder, name + exe);
        IEnumerable<string> windows =
            from root in new[] { Environment.SpecialFolder.ProgramFiles, Environment.SpecialFolder.ProgramFilesX86,
                Environment.SpecialFolder.LocalApplicationData }
            from program in new[] { Path.Combine("Google", "Chrome", "Application", "chrome.exe"),
                Path.Combine("Microsoft", "Edge", "Application", "msedge.exe") }
            select Path.Combine(Environment.GetFolderPath(root), program);
        string[] mac =
        [
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            "/Applications/Chromium.app/Contents/MacOS/Chromium",
            "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        ];
        return new[] { Environment.GetEnvironmentVariable("CHROME_PATH") ?? "" }.Concat(onPath).Concat(windows)
            .Concat(mac).FirstOrDefault(File.Exists);
    }
}
