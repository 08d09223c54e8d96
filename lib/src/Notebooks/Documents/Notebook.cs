using System.Text;
using System.Text.Json.Nodes;
using Shared;

namespace Notebooks;

/// <summary>
/// A Jupyter notebook, nbformat 4. It is kept as the JSON it was read from, so that fields this program does not know
/// are written back where they were, and every cell that nobody changed is written back as it was, to the byte.
/// </summary>
public sealed class Notebook
{
    /// <summary>The largest file that is read, in bytes; GitHub takes none larger.</summary>
    public const int Largest = 100_000_000;

    private readonly JsonObject _root;
    private readonly JsonText? _text;

    private Notebook(JsonObject root, JsonText? text)
    {
        (_root, _text) = (root, text);
        Cells = [.. root["cells"]!.AsArray().Select(cell => new Cell(cell!.AsObject()))];
    }

    /// <summary>An empty notebook, format 4.5.</summary>
    public Notebook() : this(
        new JsonObject
        {
            ["cells"] = new JsonArray(), ["metadata"] = new JsonObject(), ["nbformat"] = 4,
            ["nbformat_minor"] = 5
        }, text: null)
    {
    }

    /// <summary>The whole notebook as JSON, with the cells of <see cref="Cells"/>; it may be changed.</summary>
    public JsonObject Root
    {
        get
        {
            TakeCells();
            return _root;
        }
    }

    /// <summary>The cells in order.</summary>
    public List<Cell> Cells { get; }

    /// <summary>The notebook's metadata: kernelspec, language_info and whatever front ends keep there.</summary>
    public JsonObject Metadata => Json.ObjectOf(_root, "metadata");

    public int NbFormat => _root["nbformat"]?.GetValue<int>() ?? 0;

    public int NbFormatMinor => _root["nbformat_minor"]?.GetValue<int>() ?? 0;

    /// <summary>Reads a notebook.</summary>
    /// <exception cref="NotebookFormatException">The file cannot be read as a notebook; the message says what is wrong
    /// and where, in one line.</exception>
    public static Notebook Load(string path)
    {
        byte[] bytes;
        try
        {
            // Reading might never end.
            if (FileKind.Of(path).IsSpecial)
            {
                throw NotebookFormatException.Unread(path, "it is a device or a pipe, not a file");
            }

            if (new FileInfo(path) is { Exists: true, Length: > Largest } file)
            {
                throw NotebookFormatException.Malformed(
                    path, $"it has {file.Length / 1e6:0} MB, and {Largest / 1e6:0} MB is the most; take out its " +
                        "largest outputs");
            }

            bytes = File.ReadAllBytes(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw NotebookFormatException.Unread(path, problem switch
            {
                _ when Directory.Exists(path) => "it is a folder",
                FileNotFoundException or DirectoryNotFoundException => "there is no such file (any more)",
                UnauthorizedAccessException => "you may not read it; give yourself the right to",
                _ => Quoted.Of(problem.Message, 200),
            });
        }

        return Parse(bytes, path);
    }

    /// <summary>Reads a notebook from its text; <paramref name="name"/> stands in error messages.</summary>
    public static Notebook Parse(string json, string name = "notebook") => Parse(Encoding.UTF8.GetBytes(json), name);

    /// <summary>Reads a notebook from the bytes of its file.</summary>
    /// <exception cref="NotebookFormatException">It is not one.</exception>
    public static Notebook Parse(byte[] bytes, string name = "notebook")
    {
        try
        {
            var text = new JsonText(bytes);
            new NotebookShape(text).Check();
            return new Notebook((JsonObject)text.Root.Node!, text);
        }
        catch (JsonTextException problem)
        {
            throw NotebookFormatException.Malformed(name, problem.Message);
        }
    }

    /// <summary>
    /// The notebook's file. What has not changed is as it was read; what is new is as Jupyter writes it, with the
    /// indent and line ends of the rest. Cells that need an id and have none get one.
    /// </summary>
    public byte[] ToBytes()
    {
        TakeCells();
        if (NbFormatMinor >= 5) { CellIds.Complete([.. Cells.Select(cell => cell.Node)]); }
        // 4.4 knows none, least of all null.
        else { foreach (Cell cell in Cells.Where(cell => cell.Node["id"] is null)) { cell.Node.Remove("id"); } }

        return JsonRewriter.Write(_root, _text);
    }

    /// <summary>The same as text.</summary>
    public string ToJson() => Encoding.UTF8.GetString(ToBytes());

    /// <summary>Writes the notebook's file whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written; the message is a sentence that says why.</exception>
    public void Save(string path)
    {
        byte[] bytes = ToBytes();
        using WholeFile file = WholeFile.Open(path);
        file.Stream.Write(bytes);
        file.Complete();
    }

    /// <summary>Puts what <see cref="Cells"/> holds by now into the JSON.</summary>
    private void TakeCells()
    {
        JsonArray nodes = _root["cells"]!.AsArray();
        if (nodes.SequenceEqual(Cells.Select(cell => cell.Node))) { return; }

        nodes.Clear(); // they have no parent now, unless they are another notebook's
        for (int i = 0; i < Cells.Count; i++)
        {
            if (Cells[i].Node.Parent is not null) { Cells[i] = new Cell((JsonObject)Cells[i].Node.DeepClone()); }

            nodes.Add((JsonNode)Cells[i].Node);
        }
    }
}

/// <summary>A file that cannot be read as a notebook: what is wrong with it, and that it has been left alone.</summary>
public sealed class NotebookFormatException : Exception
{
    private NotebookFormatException(string message, string problem) : base(message) => Problem = problem;

    /// <summary>What is wrong and where, without the file's name.</summary>
    public string Problem { get; }

    /// <summary>A file that holds something else than a notebook.</summary>
    internal static NotebookFormatException Malformed(string file, string problem) => new(
        $"{Quoted.Of(file, 500)} is not a notebook that can be read: {problem}. The file has been left as it is; " +
        "restore it from version control, or open it in an editor and mend that place.",
        problem);

    /// <summary>A file that is not there, or may not be read.</summary>
    internal static NotebookFormatException Unread(string file, string problem) =>
        new($"{Quoted.Of(file, 500)} cannot be read: {problem}.", problem);
}
