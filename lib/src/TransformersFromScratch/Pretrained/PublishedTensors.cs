namespace TransformersFromScratch;

/// <summary>
/// The tensors of a folder: of <c>model.safetensors</c>, or of the several files that
/// <c>model.safetensors.index.json</c> names.
/// </summary>
internal sealed class PublishedTensors : IDisposable
{
    private const string Single = "model.safetensors", Index = "model.safetensors.index.json";
    private const int MostFiles = 1000, AtOnce = 1 << 14;

    private readonly List<SafeTensorsMap> _maps = [];
    private readonly Dictionary<string, (SafeTensorsMap Map, SafeTensorsEntry Entry)> _tensors = [];

    private PublishedTensors(string folder) => Folder = folder;

    /// <summary>The folder, for messages.</summary>
    public string Folder { get; }

    /// <summary>The tensors by name.</summary>
    public IEnumerable<SafeTensorsEntry> Entries => _tensors.Values.Select(tensor => tensor.Entry);

    /// <summary>How many numbers those hold that can be read.</summary>
    public long Numbers => Entries.Where(entry => entry.Unreadable is null).Sum(entry => entry.Count);

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

    /// <summary>The first of some names that there is a tensor of; null if there is none.</summary>
    public string? Find(params string[] names) => Array.Find(names, _tensors.ContainsKey);

    /// <summary>Whether two tensors have the same shape and hold the same numbers.</summary>
    public bool Same(string name, string other)
    {
        SafeTensorsEntry one = _tensors[name].Entry, two = _tensors[other].Entry;
        if (one.Unreadable is not null || two.Unreadable is not null || !one.Shape.AsSpan().SequenceEqual(two.Shape))
        {
            return false;
        }

        float[] left = new float[Math.Min(one.Count, AtOnce)], right = new float[left.Length];
        for (long first = 0; first < one.Count; first += AtOnce)
        {
            int length = (int)Math.Min(AtOnce, one.Count - first);
            CopyTo(name, first, left.AsSpan(0, length));
            CopyTo(other, first, right.AsSpan(0, length));
            if (!left.AsSpan(0, length).SequenceEqual(right.AsSpan(0, length))) { return false; }
        }

        return true;
    }

    /// <summary>Copies numbers of a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="first">The first number, counted from 0.</param>
    /// <param name="numbers">Room for those that are wanted.</param>
    public void CopyTo(string name, long first, Span<float> numbers)
    {
        var (map, entry) = _tensors[name];
        map.CopyTo(entry, first, numbers);
    }

    public void Dispose() => _maps.ForEach(map => map.Dispose());

    private void Add(string path)
    {
        var map = SafeTensorsMap.Open(path);
        _maps.Add(map);
        foreach (SafeTensorsEntry entry in map.Header.Entries)
        {
            if (!_tensors.TryAdd(entry.Name, (map, entry)))
            {
                throw new InvalidDataException(
                    $"'{Excerpt.OfPath(path)}' holds '{Excerpt.Of(entry.Name)}', which another file of the folder " +
                    "holds too.");
            }
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

        if (names.Find(name => !_tensors.ContainsKey(name.Tensor)) is { Tensor: { } missing } lost)
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
