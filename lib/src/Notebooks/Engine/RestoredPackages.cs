using System.Text.Json;

namespace Notebooks;

/// <summary>The project.assets.json of a restore: which packages it found, and which of their files count.</summary>
internal static class RestoredPackages
{
    /// <summary>What an earlier restore has found, if all of it is still there; else null.</summary>
    public static IReadOnlyList<RestoredPackage>? TryRead(string path, string framework)
    {
        try
        {
            var packages = Of(File.ReadAllText(path), framework);
            return packages.All(package => Directory.Exists(package.Folder)
                && package.Assemblies.Concat(package.Natives).All(File.Exists)) ? packages : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException
            or KeyNotFoundException or InvalidOperationException)
        {
            return null; // the next restore writes it anew
        }
    }

    /// <summary>What a restore has found.</summary>
    public static List<RestoredPackage> Of(string assets, string framework)
    {
        using JsonDocument document = JsonDocument.Parse(assets);
        JsonElement root = document.RootElement;
        string[] folders = [.. root.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name)];
        // For the framework alone, and for the framework on this system: the longer name knows the native files.
        JsonElement target = root.GetProperty("targets").EnumerateObject()
            .Where(found => found.Name.StartsWith(framework, StringComparison.Ordinal))
            .MaxBy(found => found.Name.Length).Value;
        return
        [
            .. target.EnumerateObject().Where(library => library.Value.GetProperty("type").GetString() == "package")
                .Select(library => PackageOf(
                    library, root.GetProperty("libraries").GetProperty(library.Name).GetProperty("path").GetString()!,
                    folders)),
        ];
    }

    private static RestoredPackage PackageOf(JsonProperty library, string inside, string[] folders)
    {
        string folder = folders.Select(found => Path.Combine(found, inside))
            .FirstOrDefault(Directory.Exists) ?? Path.Combine(folders[0], inside);
        string[] name = library.Name.Split('/');
        return new RestoredPackage(
            name[0], name[1], folder,
            [.. FilesOf("runtime").Where(file => file.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))],
            [.. FilesOf("native")]);

        IEnumerable<string> FilesOf(string kind) => library.Value.TryGetProperty(kind, out JsonElement files)
            ? files.EnumerateObject().Where(file => !file.Name.EndsWith("/_._", StringComparison.Ordinal))
                .Select(file => Path.Combine(folder, file.Name))
            : [];
    }
}
