namespace TransformersFromScratch;

/// <summary>
/// The tensors of a folder: of <c>model.safetensors</c>, or of the several files that
/// <c>model.safetensors.index.json</c> names.
/// </summary>
internal sealed class PublishedTensors : IPublishedTensors
{
    private const string Single = "model.safetensors", Index = "model.safetensors.index.json";
    private const int MostFiles = 1000;

    private readonly List<SafeTensorsMap> _maps = [];
    private readonly Dictionary<string, SafeTensorsMap> _mapOf = [];
    private readonly Dictionary<string, SafeTensorsEntry> _entries = [];

    private PublishedTensors(string folder) => Folder = folder;

    /// <inheritdoc/>
    public string Folder { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, SafeTensorsEntry> Entries => _entries;

    /// <summary>Opens the files of a folder; none of their numbers is read yet.</summary>
    /// <exception cref="FileNotFoundException">There is none, or one that the index names is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static PublishedTensors Open(string folder)
    {
        var tensors = new PublishedTensors(folder);
        try
        {
            if (File.Exists(Path.Combine(folder, Single)))
            {
                tensors.Add(Path.Combine(folder, Single));
            }
            else
            {
                tensors.AddIndexed(folder);
            }

            return tensors;
        }
        catch
        {
            tensors.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void CopyTo(string name, long first, Span<float> numbers) =>
        _mapOf[name].CopyTo(_entries[name], first, numbers);

    public void Dispose() => _maps.ForEach(map => map.Dispose());

    private void Add(string path)
    {
        var map = SafeTensorsMap.Open(path);
        _maps.Add(map);
        foreach (SafeTensorsEntry entry in map.Header.Entries)
        {
            if (!_entries.TryAdd(entry.Name, entry))
            {
                throw new InvalidDataException(
                    $"'{Excerpt.OfPath(path)}' holds '{Excerpt.Of(entry.Name)}', which another file of the folder " +
                    "holds too.");
            }

            _mapOf.Add(entry.Name, map);
        }
    }

    private void AddIndexed(string folder)
    {
        if (!File.Exists(Path.Combine(folder, Index)))
        {
            string others = File.Exists(Path.Combine(folder, "pytorch_model.bin"))
                ? " Its pytorch_model.bin is a Python pickle, which may run code when it is read: save the model " +
                    "again with safe_serialization=True."
                : "";
            throw new FileNotFoundException(
                $"The folder {Excerpt.OfPath(folder)} has neither {Single} nor {Index}.{others}");
        }

        var index = PublishedJson.Read(Path.Combine(folder, Index));
        PublishedJson map = index.Object("weight_map")
            ?? throw new InvalidDataException($"'{index.Name}' lacks weight_map, which says what lies in which file.");
        var names = new List<(string Tensor, string File)>();
        foreach (var (tensor, value) in map.Entries())
        {
            names.Add((tensor, map.TextOf(tensor, value)));
        }

        string[] files = [.. names.Select(name => name.File).Distinct(StringComparer.Ordinal)];
        if (files.Length > MostFiles)
        {
            throw new InvalidDataException($"'{index.Name}' names {files.Length} files; {MostFiles} are the most.");
        }

        foreach (string file in files)
        {
            Require(file, folder, index.Name);
            Add(Path.Combine(folder, file));
        }

        if (names.Find(name => !_entries.ContainsKey(name.Tensor)) is { Tensor: { } missing } lost)
        {
            throw new InvalidDataException(
                $"'{Excerpt.Of(missing)}' should be in {Excerpt.Of(lost.File)}, says '{index.Name}', but it is not.");
        }
    }

    /// <summary>A name that an index gives must be that of a file in the same folder, and of no other.</summary>
    private static void Require(string file, string folder, string index)
    {
        if (file.Length == 0 || file.Length > 200 || file != Path.GetFileName(file) || file is "." or ".."
            || file.AsSpan().IndexOfAny('/', '\\', '\0') >= 0)
        {
            throw new InvalidDataException($"'{index}' names '{Excerpt.Of(file)}', which is no file of its folder.");
        }

        if (!File.Exists(Path.Combine(folder, file)))
        {
            throw new FileNotFoundException(
                $"'{index}' names {Excerpt.Of(file)}, which is missing. Download it into the same folder.");
        }
    }
}
