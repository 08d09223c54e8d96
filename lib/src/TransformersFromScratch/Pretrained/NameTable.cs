namespace TransformersFromScratch;

/// <summary>
/// Which published tensor goes where: a table of names, one line a tensor. It is read in both directions: a model is
/// filled from the files of a folder, or its tensors are given the names and shapes of such files. In the first case
/// either all is copied or nothing: a tensor that is missing, that has another shape, or that nobody expects is named.
/// </summary>
/// <param name="prefix">
/// What stands before most names in some files and in others not, such as <c>transformer.</c>; the table's own names
/// are without it.
/// </param>
/// <param name="bare">What those names begin with that never have the prefix, such as <c>lm_head.</c>.</param>
internal sealed class NameTable(string prefix = "", params string[] bare)
{
    private const int Named = 5; // How many tensors a message names of those that are wrong in the same way.

    private readonly List<Line> _lines = [];
    private readonly List<string> _unused = [];

    /// <summary>
    /// A tensor that is stored as the model keeps it. With several names it is one that the model shares: the file may
    /// have it under any of them, and under several if they hold the same.
    /// </summary>
    public void Add(Tensor into, params string[] names) => Add(
        into.Shape.ToArray(), names, exchange => exchange.Pass(0, into));

    /// <summary>
    /// The embedding and, under <c>lm_head</c>, the map to the scores: one of its own, or the embedding once more.
    /// </summary>
    public void AddWithHead(Tensor embedding, Linear? output, params string[] names)
    {
        Add(embedding, output is null ? [.. names, "lm_head.weight"] : names);
        if (output is not null) { Add(output, "lm_head"); }
    }

    /// <summary>The weight and bias of a linear map.</summary>
    public void Add(Linear into, string name)
    {
        Add(into.Weight, $"{name}.weight");
        if (into.Bias is not null) { Add(into.Bias, $"{name}.bias"); }
    }

    /// <summary>The gain and bias of a norm; old files call them gamma and beta.</summary>
    public void Add(LayerNorm into, string name)
    {
        Add(into.Gain, $"{name}.weight", $"{name}.gamma");
        if (into.Bias.RequiresGradient) { Add(into.Bias, $"{name}.bias", $"{name}.beta"); }
    }

    /// <summary>The four maps of an attention.</summary>
    public void Add(MultiHeadAttention into, string query, string key, string value, string output)
    {
        Add(into.Query, query);
        Add(into.Key, key);
        Add(into.Value, value);
        Add(into.Output, output);
    }

    /// <summary>A tensor whose first rows belong to nothing: they are left out, and written as zeros.</summary>
    public void AddWithout(int rows, Tensor into, string name) => Add(
        [into.Shape[0] + rows, .. into.Shape[1..]], [name],
        exchange => exchange.Pass((long)rows * (into.Length / into.Shape[0]), into));

    /// <summary>A vector that is stored as a matrix of one row.</summary>
    public void AddRow(Tensor into, string name) => Add(
        [1, into.Length], [name], exchange => exchange.Pass(0, into));

    /// <summary>A tensor of zeros that the files have and the model has not; for writing alone.</summary>
    public void AddZeros(string name, params int[] shape) => Add(shape, [name], _ => { });

    /// <summary>
    /// Maps whose weights are stored side by side as [in, out + out + …], and so are their biases: GPT-2's way, the
    /// paper's y = x W as it is written. Ours are [out, in].
    /// </summary>
    public void AddTransposed(string name, params Linear[] into)
    {
        int inputs = into[0].Inputs, outputs = into.Sum(map => map.Outputs);
        Add([inputs, outputs], [$"{name}.weight"], exchange => exchange.PassTransposed(into));
        Add([outputs], [$"{name}.bias"], exchange => exchange.PassEach(into.Select(map => map.Bias!)));
    }

    /// <summary>
    /// Maps whose weights are stored one below the other, [out + out + …, in], and so are their biases.
    /// </summary>
    public void AddStacked(string name, params Linear[] into)
    {
        int outputs = into.Sum(map => map.Outputs);
        Add(
            [outputs, into[0].Inputs], [$"{name}.weight"],
            exchange => exchange.PassEach(into.Select(map => map.Weight)));
        Add([outputs], [$"{name}.bias"], exchange => exchange.PassEach(into.Select(map => map.Bias!)));
    }

    /// <summary>A tensor that some files have and no layer reads; * stands for a number.</summary>
    public void Ignore(params string[] names) => _unused.AddRange(names);

    /// <summary>Fills all parameters, whose weights are made compact before, and so are rounded while they are read.
    /// </summary>
    /// <param name="file">Where the tensors lie.</param>
    /// <param name="parameters">All that the model has.</param>
    /// <param name="weights">How its weights are kept.</param>
    /// <inheritdoc cref="Fill(IPublishedTensors, string)" path="/exception"/>
    public void Fill(IPublishedTensors file, IEnumerable<Parameter> parameters, WeightFormat weights)
    {
        CompactModels.Compact(parameters, weights);
        Fill(file);
    }

    /// <summary>Fills all parameters.</summary>
    /// <param name="file">Where the tensors lie.</param>
    /// <param name="described">What says which tensors there have to be, for messages.</param>
    /// <exception cref="InvalidDataException">
    /// The files do not hold what the table wants; nothing has been copied. Or a tensor holds a number that is none.
    /// </exception>
    public void Fill(IPublishedTensors file, string described = "config.json")
    {
        var complaint = new Complaint();
        Dictionary<string, SafeTensorsEntry> entries = ByOwnName(file, complaint);
        var expected = new HashSet<string>();
        foreach (Line line in _lines)
        {
            expected.UnionWith(line.Names);
            SafeTensorsEntry[] found = [.. line.Names.Where(entries.ContainsKey).Select(name => entries[name])];
            if (found.Length == 0) { complaint.Missing.Add(line.Names[0]); }

            complaint.Misshapen.AddRange(found.Where(entry => entry.Unreadable is not null || !Fits(entry, line))
                .Select(entry => Excerpt.Of(entry.Name) + (entry.Unreadable is { } why
                    ? $" ({why})"
                    : $" is [{SafeTensorsHeader.Shown(entry.Shape)}], not [{string.Join(", ", line.Shape)}]")));
        }

        complaint.Unexpected.AddRange(entries.Where(entry => entry.Value.Unreadable is null
            && !expected.Contains(entry.Key) && !_unused.Exists(pattern => Matches(pattern, entry.Key)))
            .Select(entry => entry.Value.Name));
        complaint.Throw(file.Folder, described);
        var filling = new Filling(file);
        foreach (Line line in _lines)
        {
            string[] names = [.. line.Names.Where(entries.ContainsKey).Select(name => entries[name].Name)];
            RequireSame(file, names);
            filling.Name = names[0];
            line.Pass(filling);
        }
    }

    /// <summary>
    /// The tensors as they are published, in the order of their names; one that the model shares is there once.
    /// </summary>
    public IReadOnlyList<Parameter> Tensors() =>
    [
        .. _lines.Select(line =>
        {
            float[] all = new float[line.Shape.Aggregate(1, (product, axis) => product * axis)];
            line.Pass(new Publishing(all));
            return new Parameter(Published(line.Names[0]), new Tensor(all, line.Shape));
        }).OrderBy(tensor => tensor.Name, StringComparer.Ordinal),
    ];

    private void Add(int[] shape, string[] names, Action<Exchange> pass) => _lines.Add(new Line(names, shape, pass));

    private string Published(string name) =>
        Array.Exists(bare, start => name.StartsWith(start, StringComparison.Ordinal)) ? name : prefix + name;

    private Dictionary<string, SafeTensorsEntry> ByOwnName(IPublishedTensors file, Complaint complaint)
    {
        var entries = new Dictionary<string, SafeTensorsEntry>();
        foreach (SafeTensorsEntry entry in file.Entries.Values)
        {
            string name = prefix.Length > 0 && entry.Name.StartsWith(prefix, StringComparison.Ordinal)
                ? entry.Name[prefix.Length..]
                : entry.Name;
            if (!entries.TryAdd(name, entry)) { complaint.Unexpected.Add($"{entry.Name} beside {entries[name].Name}"); }
        }

        return entries;
    }

    private static bool Fits(SafeTensorsEntry entry, Line line) =>
        entry.Shape.AsSpan().SequenceEqual(Array.ConvertAll(line.Shape, axis => (long)axis));

    private static bool Matches(string pattern, string name)
    {
        string[] wanted = pattern.Split('.'), parts = name.Split('.');
        return wanted.Length == parts.Length && wanted.Zip(parts).All(pair =>
            pair.First == pair.Second || (pair.First == "*" && pair.Second.All(char.IsAsciiDigit)));
    }

    /// <summary>A shared tensor that is stored under several names has to be the same under all.</summary>
    private static void RequireSame(IPublishedTensors file, string[] names)
    {
        if (names.Skip(1).FirstOrDefault(name => !file.Same(names[0], name)) is { } other)
        {
            throw new InvalidDataException(
                $"'{Excerpt.Of(names[0])}' and '{Excerpt.Of(other)}' in {Excerpt.OfPath(file.Folder)} are one tensor " +
                "in this model, but hold different numbers.");
        }
    }

    private sealed record Line(string[] Names, int[] Shape, Action<Exchange> Pass);

    /// <summary>What does not fit, gathered before anything is copied.</summary>
    private sealed class Complaint
    {
        public List<string> Missing { get; } = [];

        public List<string> Misshapen { get; } = [];

        public List<string> Unexpected { get; } = [];

        public void Throw(string folder, string described)
        {
            string[] parts =
            [
                .. Part(Missing, "missing"), .. Part(Misshapen, "of another shape or type"),
                .. Part(Unexpected, "unexpected"),
            ];
            if (parts.Length > 0)
            {
                throw new InvalidDataException(
                    $"The tensors of {Excerpt.OfPath(folder)} are not those of its {described}. " +
                    $"{string.Join(". ", parts)}.");
            }
        }

        private static IEnumerable<string> Part(List<string> names, string what) => names.Count == 0 ? [] :
        [
            $"{char.ToUpperInvariant(what[0])}{what[1..]} ({names.Count}): " +
                string.Join("; ", names.Take(Named).Select(name => Excerpt.Of(name, most: 250))) +
                (names.Count > Named ? "; …" : ""),
        ];
    }
}
