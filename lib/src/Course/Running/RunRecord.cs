using System.Security.Cryptography;
using System.Text;
using Notebooks;
using Shared;

namespace Course;

/// <summary>
/// Remembers what an executed chapter was made from, so that <c>run --changed</c> can leave it as it is: a hash of the
/// chapter's text, of the library, the engine and the data, and one of the executed notebook itself. One small file a
/// chapter, beside the executed notebooks and not in them, because those may be written back into notebooks/.
/// </summary>
/// <param name="repository">Where the library and the data lie.</param>
/// <param name="outFolder">Where the run writes.</param>
internal sealed class RunRecord(Repository repository, string outFolder)
{
    /// <summary>The folder of the records, in the folder that a run writes to.</summary>
    public const string Folder = "records";

    private readonly Lazy<string> _shared = new(() => HashOfFiles(
    [
        .. FilesIn(repository.LibraryFolder, "*.dll"), .. FilesIn(repository.Data, "*"),
        typeof(RunRecord).Assembly.Location, typeof(Notebook).Assembly.Location,
    ]));

    /// <summary>
    /// Whether a chapter has been executed to its end, and nothing that it was made from has changed since.
    /// </summary>
    public bool IsFresh(Chapter chapter, string executed) =>
        File.Exists(executed) && File.Exists(PathOf(chapter)) && InputsOf(chapter) is { } inputs
        && File.ReadAllText(PathOf(chapter)) == Text(inputs, executed);

    /// <summary>To be called before a chapter runs; a run that fails leaves no record behind.</summary>
    /// <returns>What the chapter is about to be made from, or null if it cannot be read.</returns>
    public string? Begin(Chapter chapter)
    {
        Directory.CreateDirectory(Path.Combine(outFolder, Folder));
        File.Delete(PathOf(chapter));
        return InputsOf(chapter);
    }

    /// <summary>To be called when a chapter has run to its end.</summary>
    public void End(Chapter chapter, string inputs, string executed) =>
        WholeFile.Write(PathOf(chapter), Text(inputs, executed));

    private string PathOf(Chapter chapter) => Path.Combine(outFolder, Folder, chapter.Name + ".txt");

    private static string Text(string inputs, string executed) =>
        $"made from {inputs}\nexecuted {HashOfFiles([executed])}\n";

    /// <summary>The text of all cells, without their outputs, and what all chapters share.</summary>
    private string? InputsOf(Chapter chapter)
    {
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (Cell cell in Notebook.Load(chapter.Path).Cells)
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"{cell.Kind}\0{cell.Source}\0"));
            }

            hash.AppendData(Encoding.UTF8.GetBytes(_shared.Value));
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        catch (NotebookFormatException)
        {
            return null; // its run fails and says why
        }
    }

    private static IEnumerable<string> FilesIn(string folder, string pattern) =>
        Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            : [];

    private static string HashOfFiles(IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetFileName(file) + "\0"));
            using FileStream stream = File.OpenRead(file);
            hash.AppendData(SHA256.HashData(stream));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
