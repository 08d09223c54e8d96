using Notebooks;

namespace Course;

/// <summary>
/// How a chapter is tested as a reader plays with it, in one kernel: the default settings; each deliberate mistake;
/// each variant of the settings; and the default settings once more (where they train for long: the first variant),
/// which shows that nothing has been left behind. Every pass
/// ends before the first cell tagged "long", which trains for more than a minute, but for the variants that say they
/// are run whole.
/// </summary>
/// <param name="Chapter">The chapter.</param>
/// <param name="Passes">What is run, in order.</param>
internal sealed record TweakPlan(Chapter Chapter, IReadOnlyList<TweakPass> Passes)
{
    public const string Default = "the default settings";

    /// <summary>
    /// The numbers of the code cells that show what the clock said: two runs of them are not compared.
    /// </summary>
    public IReadOnlySet<int> Timed { get; private init; } = new HashSet<int>();

    /// <summary>The plan of a chapter.</summary>
    /// <param name="chapter">The chapter.</param>
    /// <param name="withFaults">Whether the deliberate mistakes are made as well, and a pass once more: both hold for
    /// one kernel as for another.</param>
    /// <param name="variants">Settings to try in place of those that the chapter declares.</param>
    /// <exception cref="CourseException">What the chapter declares does not fit it.</exception>
    public static TweakPlan Of(Chapter chapter, bool withFaults, IReadOnlyList<Variant>? variants = null)
    {
        var notebook = Notebook.Load(chapter.Path);
        try
        {
            return new TweakPlan(chapter, [.. PassesOf(notebook.Cells, withFaults, variants)])
            {
                Timed = notebook.Cells.Where(cell => cell.Kind == CellKind.Code).Index()
                    .Where(item => ChapterMetadata.IsTimed(item.Item)).Select(item => item.Index + 1).ToHashSet(),
            };
        }
        catch (CourseException problem) { throw new CourseException($"{chapter.Name}: {problem.Message}"); }
    }

    /// <summary>A notebook of all passes, one after the other.</summary>
    public Notebook ToNotebook()
    {
        var all = Notebook.Load(Chapter.Path); // with the kernel's name in its metadata
        all.Cells.Clear();
        all.Cells.AddRange(
            Passes.SelectMany(
                (pass, i) => pass.Cells.Select(
                    cell => Cell.Create(CellKind.Code, $"pass-{i}-{cell.Number}", cell.Source))));
        return all;
    }

    /// <summary>The outputs of <see cref="ToNotebook"/>'s cells, by pass.</summary>
    public IReadOnlyList<IReadOnlyList<IReadOnlyList<Output>>> Split(IReadOnlyList<IReadOnlyList<Output>> outputs)
    {
        int from = 0;
        return [.. Passes.Select(
            pass =>
                (IReadOnlyList<IReadOnlyList<Output>>)[.. outputs.Skip(from)
                    .Take((from += pass.Cells.Count) is var _ ? pass.Cells.Count : 0)])];
    }

    private static IEnumerable<TweakPass> PassesOf(
        IReadOnlyList<Cell> cells, bool withFaults, IReadOnlyList<Variant>? others)
    {
        Cell[] all = [.. cells.Where(cell => cell.Kind == CellKind.Code)],
            code = [.. all.TakeWhile(cell => !ChapterMetadata.IsLong(cell))];
        List<(int, string)> Run(Func<Cell, string> source, bool whole = false) =>
            [.. (whole ? all : code).Select((cell, i) => (i + 1, source(cell)))];

        yield return new TweakPass(Default, Run(cell => cell.Source));
        if (withFaults)
        {
            foreach (TweakPass pass in FaultPasses(cells, code)) { yield return pass; }
        }

        SettingsCell? settings = SettingsCell.Of(cells);
        IReadOnlyList<Variant> variants = others ?? (settings is null ? [] :
        [
            .. TweakMetadata.VariantsOf(settings.Cell),
            .. InPage.VariantOf(settings.Cell) is { } small ? new[] { small } : [],
        ]);
        TweakPass Under(Variant variant, string? again = null) => new(
            variant.ToString() + (again is null ? "" : ", again"),
            Run(cell => cell == settings!.Cell ? Source(settings, variant) : cell.Source, variant.Whole), variant,
            null, again);
        foreach (Variant variant in variants) { yield return Under(variant); }

        if (!withFaults) { yield break; }
        if (settings is null || !TweakMetadata.IsTraining(settings.Cell))
        {
            yield return new TweakPass(Default + ", again", Run(cell => cell.Source), Again: Default);
        }
        else if (variants.Count > 0) { yield return Under(variants[0], variants[0].ToString()); }
    }

    private static string Source(SettingsCell settings, Variant variant)
    {
        try { return settings.With(variant.Set); }
        catch (CourseException problem)
        {
            throw new CourseException($"variant '{Quoted.Of(variant.Name)}': {problem.Message}");
        }
    }

    /// <summary>Each from the first cell in which any mistake is made, so that the one before is undone.</summary>
    private static IEnumerable<TweakPass> FaultPasses(IReadOnlyList<Cell> cells, Cell[] code)
    {
        if (CheckCell.Of(cells) is not { } check) { yield break; }

        IReadOnlyList<Fault> faults = TweakMetadata.FaultsOf(check.Cell);
        int PlaceOf(Fault fault, string id) =>
            Array.FindIndex(code, cell => cell.Id == id) is >= 0 and var place ? place
            : throw new CourseException(
                $"fault '{Quoted.Of(fault.Name)}': there is no code cell {Quoted.Of(id)} before the first long one.");
        int first = faults.Select(fault => PlaceOf(fault, fault.Cell)).DefaultIfEmpty().Min();
        foreach (Fault fault in faults)
        {
            int at = PlaceOf(fault, fault.Cell), last = fault.Until is { } until
                ? PlaceOf(fault, until)
                : code.TakeWhile(cell => cell != check.Cell).Count() - 1;
            if (last < at)
            {
                throw new CourseException(
                    $"fault '{Quoted.Of(fault.Name)}': its cell is not before the last that is run.");
            }

            List<(int, string)> run =
                [.. code.Index().Take(first..(last + 1))
                    .Select(
                        item => (item.Index + 1, item.Index == at ? Make(fault, item.Item.Source) : item.Item.Source))];
            yield return new TweakPass(
                $"the mistake '{fault.Name}'", [.. run, (Array.IndexOf(code, check.Cell) + 1, Only(check, fault))],
                null, fault);
        }
    }

    private static string Make(Fault fault, string source) => source.Split(fault.From).Length switch
    {
        2 => source.Replace(fault.From, fault.To, StringComparison.Ordinal),
        var parts => throw new CourseException(
            $"fault '{Quoted.Of(fault.Name)}': its cell has '{Quoted.Of(fault.From)}' {parts - 1} times, not once."),
    };

    private static string Only(CheckCell check, Fault fault)
    {
        try { return check.Only(fault.Band); }
        catch (CourseException problem)
        {
            throw new CourseException($"fault '{Quoted.Of(fault.Name)}': {problem.Message}");
        }
    }
}
