namespace Course;

/// <summary>A folder of a project.</summary>
/// <param name="Folder">Its name.</param>
/// <param name="Holds">What lies in it, in a few words.</param>
internal sealed record Room(string Folder, string Holds);

/// <summary>
/// A project whose folders lie on floors. A folder uses folders on lower floors, and nothing on its own floor or
/// above: so there is no circle, and whoever reads a folder needs to have read only what is below it.
/// </summary>
/// <param name="Project">Its folder in lib/src.</param>
/// <param name="Floors">From the ground. Rooms on the same floor do not know each other.</param>
internal sealed record House(string Project, IReadOnlyList<IReadOnlyList<Room>> Floors)
{
    /// <summary>Sources that several projects compile in; they use nothing of any project.</summary>
    public const string Shared = "Shared";

    private static readonly Room s_shared = new(
        Shared, "files written whole, lines of text, paths; compiled into every project");

    /// <summary>The library that cells refer to.</summary>
    public static House Library { get; } = new("TransformersFromScratch",
    [
        [s_shared],
        [new("Basics", "random numbers with a state, quotations in messages, the notebook around us")],
        [new("Tensors", "the tensor, the tape, the operations and their gradients, and the engine room below them")],
        [
            new("Layers", "linear maps, attention, norms, positions, masks"),
            new("Text", "tokenizers, vocabularies, corpora, batches"),
            new("Measures", "BLEU, chrF, ROUGE, perplexity, intervals"),
        ],
        [
            new("Models", "Transformer, GPT, BERT, T5, BART: layers in order"),
            new("Files", "safetensors"),
            new("Figures", "plots, tables, live figures"),
        ],
        [
            new("Training", "optimisers, schedules, the trainer, checkpoints"),
            new("Decoding", "greedy, sampling, beam search, caches"),
            new("Onnx", "models as ONNX files: a graph of operations for other programs to run"),
        ],
        [
            new("Applications", "a trained model with its tokens in one file: translator, summariser, tagger, reader"),
        ],
        [new("Pretrained", "models as they are published, read and written: a table of names an architecture")],
        [new("Laboratory", "the experiments of the chapters, and their files")],
        [new("Exercises", "checks of the reader's code; some of them train, by the laboratory's recipes")],
    ]);

    /// <summary>The notebook engine and the Jupyter kernel.</summary>
    public static House Notebooks { get; } = new("Notebooks",
    [
        [s_shared],
        [new("Documents", "the .ipynb file")],
        [new("Formatting", "how a value is shown")],
        [new("Engine", "compiles and runs a cell, in the dialect of .NET Interactive")],
        [new("Language", "completion and documentation"), new("Running", "a notebook from its first cell to its last")],
        [new("Jupyter", "the kernel behind its five sockets")],
    ]);

    /// <summary>All that have floors, the one that uses the other first.</summary>
    public static IReadOnlyList<House> All { get; } = [Library, Notebooks];

    /// <summary>The floor of a folder, from 0; null if it is on none.</summary>
    public int? FloorOf(string folder)
    {
        for (int floor = 0; floor < Floors.Count; floor++)
        {
            if (Floors[floor].Any(room => room.Folder == folder)) { return floor; }
        }

        return null;
    }

    /// <summary>What is wrong with an arrow, in a sentence; null if it leads down, or stays in its folder.</summary>
    public string? Fault(Arrow arrow)
    {
        if (arrow.FromFolder == arrow.ToFolder) { return null; }

        string place = $"lib/src/{(arrow.FromFolder == Shared ? "" : Project + "/")}{arrow.From}, line {arrow.Line}";
        return (FloorOf(arrow.FromFolder), FloorOf(arrow.ToFolder)) switch
        {
            (null, _) => $"{place}: the folder {arrow.FromFolder} is on no floor. Give it one in {nameof(House)}.cs.",
            (_, null) => $"{place}: the folder {arrow.ToFolder} is on no floor. Give it one in {nameof(House)}.cs.",
            (int from, int to) when to < from => null,
            (int from, int to) =>
                $"{place}: {arrow.FromFolder} is on floor {from} and uses {arrow.Name} of {arrow.ToFolder}, on " +
                $"floor {to}. " +
                "A folder uses only lower floors: move the file, or let the caller hand in what is needed.",
        };
    }
}
