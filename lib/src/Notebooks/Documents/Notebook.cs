using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Notebooks;

/// <summary>
/// A Jupyter notebook, nbformat 4. It is kept as the JSON it was read from, so that fields this program does not know
/// are written back where they were, and a notebook that nobody changed is written back as it was.
/// </summary>
public sealed class Notebook
{
    private static readonly JsonSerializerOptions s_asJupyterWrites = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly JsonObject _root;

    private Notebook(JsonObject root)
    {
        _root = root;
        Cells = [.. root["cells"]!.AsArray().Select(cell => new Cell(cell!.AsObject()))];
    }

    /// <summary>An empty notebook, format 4.5.</summary>
    public Notebook() : this(new JsonObject
    {
        ["cells"] = new JsonArray(), ["metadata"] = new JsonObject(), ["nbformat"] = 4, ["nbformat_minor"] = 5,
    })
    {
    }

    /// <summary>The cells in order.</summary>
    public List<Cell> Cells { get; }

    /// <summary>The notebook's metadata: kernelspec, language_info and whatever front ends keep there.</summary>
    public JsonObject Metadata => Json.ObjectOf(_root, "metadata");

    public int NbFormat => _root["nbformat"]?.GetValue<int>() ?? 0;

    public int NbFormatMinor => _root["nbformat_minor"]?.GetValue<int>() ?? 0;

    /// <summary>Reads a notebook.</summary>
    /// <exception cref="NotebookFormatException">The file is not a notebook; the message says what is wrong and where.</exception>
    public static Notebook Load(string path) => Parse(File.ReadAllText(path), path);

    /// <summary>Reads a notebook from its text; <paramref name="name"/> stands in error messages.</summary>
    public static Notebook Parse(string json, string name = "notebook")
    {
        JsonObject root;
        try
        {
            root = JsonNode.Parse(json) as JsonObject ?? throw new NotebookFormatException(name, "it is not a JSON object");
        }
        catch (JsonException problem)
        {
            throw new NotebookFormatException(name, $"its JSON breaks off or is malformed at line {problem.LineNumber + 1}, byte {problem.BytePositionInLine}");
        }

        if (root["nbformat"] is not JsonValue format || !format.TryGetValue(out int version) || version != 4)
        {
            throw new NotebookFormatException(name, "its nbformat is not 4; open it in Jupyter once to convert it");
        }

        if (root["cells"] is not JsonArray cells)
        {
            throw new NotebookFormatException(name, "it has no list of cells");
        }

        for (int i = 0; i < cells.Count; i++)
        {
            if (Cell.ProblemOf(cells[i]) is { } problem)
            {
                throw new NotebookFormatException(name, $"cell {i + 1} {problem}");
            }
        }

        return new Notebook(root);
    }

    /// <summary>The notebook as Jupyter writes it: one-space indents, text unescaped, a newline at the end.</summary>
    public string ToJson()
    {
        JsonNode[] cells = [.. Cells.Select(cell => cell.Node.Parent is null ? cell.Node : cell.Node.DeepClone())];
        _root["cells"] = new JsonArray(cells);
        for (int i = 0; i < cells.Length; i++)
        {
            Cells[i] = new Cell(cells[i].AsObject());
        }

        return Json.WithPlainCharacters(_root.ToJsonString(s_asJupyterWrites)) + "\n";
    }

    /// <summary>Writes the notebook to a temporary file beside the path and renames it: never half a notebook.</summary>
    public void Save(string path)
    {
        string temporary = path + "." + Guid.NewGuid().ToString("N")[..8] + ".tmp";
        try
        {
            File.WriteAllText(temporary, ToJson(), new UTF8Encoding(false));
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}

/// <summary>A file that is not a notebook: what is wrong with it, and that it has been left alone.</summary>
public sealed class NotebookFormatException(string file, string problem)
    : Exception($"{file} is not a notebook that can be read: {problem}. The file has been left as it is; restore it from version control, or open it in an editor and mend that place.");
